using System.Diagnostics.CodeAnalysis;

namespace RxCan.Monitor;

/// <summary>
/// The key of a row: data frames and remote frames of an identifier have separate rows, and so has each bus. As text: <c>123</c>, <c>123R</c>
/// and <c>can0:123</c>.
/// </summary>
/// <param name="Id">The identifier.</param>
/// <param name="IsRemote">Whether its frames are remote frames.</param>
/// <param name="Bus">The bus; empty for any.</param>
internal readonly record struct FrameKey(CanId Id, bool IsRemote, string Bus = "")
{
    public static FrameKey Of(in CanFrame frame) => new(frame.Id, frame.IsRemote, frame.Interface);

    public static bool TryParse([NotNullWhen(true)] string? text, out FrameKey key)
    {
        var colon = text?.LastIndexOf(':') ?? -1; // names of buses may have one, too
        var frame = text?[(colon + 1)..];
        var isRemote = frame is [.., 'R'];
        var isKey = CanId.TryParse(isRemote ? frame![..^1] : frame, null, out var id);
        key = new(id, isRemote, colon > 0 ? text![..colon] : "");
        return isKey;
    }

    /// <summary>Whether it is the key of a row, or means it among others.</summary>
    public bool Matches(FrameKey row) => Id == row.Id && IsRemote == row.IsRemote && (Bus == "" || Bus == row.Bus);

    /// <summary>Without the bus.</summary>
    public string IdText => IsRemote ? $"{Id}R" : Id.ToString();

    public override string ToString() => Bus == "" ? IdText : $"{Bus}:{IdText}";
}
