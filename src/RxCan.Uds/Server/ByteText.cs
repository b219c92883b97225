namespace RxCan.Uds;

/// <summary>Messages as text.</summary>
internal static class ByteText
{
    private const int MaxShown = 32;

    public static string Shown(ReadOnlySpan<byte> message) => message.Length <= MaxShown
        ? Convert.ToHexString(message)
        : $"{Convert.ToHexString(message[..MaxShown])}... ({message.Length} bytes)";
}
