namespace RxCan.Tests.Bus;

/// <summary>Payloads for the vectors: 00 01 02 ...</summary>
internal static class Pattern
{
    public static byte[] P(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];

    public static string Hex(CanFrame frame) => Convert.ToHexString(frame.Data);

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));
}
