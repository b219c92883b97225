using RxCan.IsoTp;
using RxCan.Uds;

namespace RxCan;

/// <content>OBD-II.</content>
public static partial class UdsExtensions
{
    private const int ObdP2Milliseconds = 100; // 50 ms in ISO 15765-4, and the time messages take on the way

    /// <summary>
    /// Opens a client of all control units of legislated diagnostics (OBD-II): requests to <c>7DF</c>, responses from <c>7E8</c> to <c>7EF</c>. For
    /// 29-bit identifiers, open <see cref="IsoTpAddress.NormalFixedFunctional"/> <c>(0x33, 0xF1)</c> with
    /// <see cref="OpenUds(ICanBus, IsoTpAddress, UdsOptions?)"/>.
    /// </summary>
    /// <param name="can">The bus.</param>
    /// <param name="options">
    /// How it behaves. If null, it gathers responses for 100 ms, and pads frames, as ISO 15765-4 demands.
    /// </param>
    /// <exception cref="CanNotSupportedException">The options require the kernel's engine or CAN FD, which is not available.</exception>
    public static IUdsClient OpenObd(this ICanBus can, UdsOptions? options = null) => can.OpenUds(
        IsoTpAddress.FunctionalObd,
        options ?? new() { P2 = TimeSpan.FromMilliseconds(ObdP2Milliseconds), IsoTp = new() { Padding = 0 } });
}
