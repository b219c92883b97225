using System.CommandLine;
using System.CommandLine.Parsing;
using RxCan.Cli.Text;
using RxCan.IsoTp;

namespace RxCan.Cli.Commands;

/// <summary>The options that say who talks to whom over ISO-TP, and how.</summary>
internal sealed class AddressOptions
{
    private readonly Option<CanId?> _tx = Read.Option<CanId?>("--tx", "The identifier of what is sent, such as 7E0.", "id", s => Read.Id(s));
    private readonly Option<CanId?> _rx = Read.Option<CanId?>("--rx", "The identifier of what is received, such as 7E8.", "id", s => Read.Id(s));
    private readonly Option<(byte Target, byte Source)?> _fixed = Read.Option<(byte, byte)?>("--fixed", "Instead of --tx and --rx: 29-bit addresses, target and own.", "10:F1", s => TwoBytes(s));
    private readonly Option<(byte Target, byte Source)?> _extended = Read.Option<(byte, byte)?>("--extended", "Extended addressing: the first byte is the target's, or one's own, address.", "TA:SA", s => TwoBytes(s));
    private readonly Option<byte?> _mixed = Read.Option<byte?>("--mixed", "Mixed addressing: the address extension.", "AE", s => (byte)Read.Hex(s, 8));
    private readonly Option<byte?> _padding = Read.Option<byte?>("--padding", "Fill frames with this byte.", "CC", s => (byte)Read.Hex(s, 8));
    private readonly Option<byte?> _blockSize = Read.Option<byte?>("--bs", "The block size to ask for; 0 is no limit.", "hex", s => (byte)Read.Hex(s, 8));
    private readonly Option<TimeSpan?> _separation = Read.Option<TimeSpan?>("--stmin", "The least time between consecutive frames to ask for.", "time", s => Read.Duration(s));
    private readonly Option<bool> _fd = Read.Switch("--fd", "CAN FD, with frames of 64 bytes.");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_tx, _rx, _fixed, _extended, _mixed, _padding, _blockSize, _separation, _fd])
        {
            option.Recursive = true;
            command.Add(option);
        }
    }

    /// <summary>Whether an address is given.</summary>
    public bool IsGiven(ParseResult parsed) => (parsed.GetValue(_tx) ?? parsed.GetValue(_rx)) is not null || parsed.GetValue(_fixed) is not null;

    public IsoTpAddress Of(ParseResult parsed)
    {
        var (tx, rx) = (parsed.GetValue(_tx), parsed.GetValue(_rx));
        if (parsed.GetValue(_fixed) is var (target, source))
            return (tx ?? rx) is null ? IsoTpAddress.NormalFixed(target, source) : throw new UsageException("Give either --tx and --rx, or --fixed.");
        if (tx is not { } to || rx is not { } from)
            throw new UsageException("Who talks to whom? Give --tx 7E0 --rx 7E8 (what is sent and what is received), or --fixed 10:F1.");
        return parsed.GetValue(_extended) is var (ta, sa) ? IsoTpAddress.Extended(to, from, ta, sa)
            : parsed.GetValue(_mixed) is { } extension ? IsoTpAddress.Mixed(to, from, extension)
            : IsoTpAddress.Normal(to, from);
    }

    public IsoTpOptions Transport(ParseResult parsed, IsoTpOptions options) => options with
    {
        Padding = parsed.GetValue(_padding) ?? options.Padding,
        BlockSize = parsed.GetValue(_blockSize) ?? options.BlockSize,
        STmin = parsed.GetValue(_separation) ?? options.STmin,
        Fd = parsed.GetValue(_fd) || options.Fd,
        TxDataLength = parsed.GetValue(_fd) ? CanFrame.MaxFdLength : options.TxDataLength,
    };

    private static (byte, byte) TwoBytes(string text) => text.Split(':') is [var first, var second]
        ? ((byte)Read.Hex(first, 8), (byte)Read.Hex(second, 8))
        : throw new FormatException($"'{text}' is not two addresses: write TARGET:SOURCE, such as 10:F1.");
}
