namespace RxCan.Monitor;

/// <summary>The form of a diagnostic request, as it was typed; on the first bus if it names none.</summary>
internal sealed record RequestForm(string Tx, string Rx, string Bytes, bool IsUds, string Bus = "")
{
    public static RequestForm Usual { get; } = new("7E0", "7E8", "", IsUds: true);
}
