using CsCheck;
using RxCan.Logs;
using static RxCan.Tests.Formats.LogFrames;

namespace RxCan.Tests.Formats.Text;

/// <summary>What is written and read back is the same, as far as a format can say; the README has the table.</summary>
public class TextRoundTripTests
{
    private static readonly int Cases = RandomCases.Of(2_000);

    [Fact]
    public void Candump_keeps_everything() => RoundTrip(CanLogFormat.Candump, new() { Nanoseconds = true }, frame => frame);

    [Fact]
    public void Candump_cuts_times_to_microseconds_by_default() => RoundTrip(CanLogFormat.Candump, new(), ToMicroseconds);

    [Fact]
    public void Asc_numbers_channels_and_keeps_nothing_of_an_error_frame() =>
        RoundTrip(CanLogFormat.Asc, new() { Nanoseconds = true }, frame => Numbered(frame.IsError ? WithoutDetails(frame) : frame));

    [Fact]
    public void Asc_cuts_times_to_microseconds_by_default() =>
        RoundTrip(CanLogFormat.Asc, new(), frame => ToMicroseconds(Numbered(frame.IsError ? WithoutDetails(frame) : frame)));

    [Fact]
    public void Trc_keeps_type_position_and_counters_of_an_error_frame() => RoundTrip(CanLogFormat.Trc, new() { Nanoseconds = true }, frame =>
    {
        if (!frame.IsError)
            return Numbered(frame);
        var error = frame.ToError();
        var known = error.Protocol & (CanProtocolViolation.Form | CanProtocolViolation.Stuff | CanProtocolViolation.Transmission);
        if ((error.Protocol & (CanProtocolViolation.Bit | CanProtocolViolation.DominantBit | CanProtocolViolation.RecessiveBit)) != 0)
            known |= CanProtocolViolation.Bit;
        return As(Numbered(frame), CanFrame.Error(new()
        {
            Class = CanErrorClass.Protocol | CanErrorClass.BusError | CanErrorClass.Counters,
            Protocol = known,
            Location = error.Location,
            TransmitErrors = error.TransmitErrors,
            ReceiveErrors = error.ReceiveErrors,
        })).WithOrigin(isLocal: false);
    });

    [Fact]
    public void Csv_keeps_neither_channel_nor_direction_and_tells_CAN_FD_by_its_length() =>
        RoundTrip(CanLogFormat.Csv, new(), frame => Short(frame).WithInterface("").WithOrigin(isLocal: false));

    [Fact]
    public void SavvyCan_keeps_data_frames_and_counts_buses_from_zero() => RoundTrip(
        CanLogFormat.SavvyCanCsv, new(), frame => ToMicroseconds(Short(frame).WithInterface(frame.Interface[^1..])), frame => !frame.IsError && !frame.IsRemote);

    [Fact]
    public void A_channel_keeps_its_number_from_one_format_to_another()
    {
        var frames = new[] { "2", "1", "can7" }.Select(name => CanFrame.Parse("123#01").WithInterface(name).WithUnixTimeNanoseconds(1_000));
        foreach (var format in (CanLogFormat[])[CanLogFormat.Asc, CanLogFormat.Trc, CanLogFormat.Blf])
            Assert.Equal(["2", "1", "8"], Read(Write(format, new(), frames)).Frames.Select(frame => frame.Interface));
        Assert.Equal(["2", "1", "7"], Read(Write(CanLogFormat.SavvyCanCsv, new(), frames)).Frames.Select(frame => frame.Interface));
        var options = new CanLogWriteOptions { Channels = new Dictionary<string, int> { ["can7"] = 1, ["1"] = 5 } };
        Assert.Equal(["2", "5", "1"], Read(Write(CanLogFormat.Asc, options, frames)).Frames.Select(frame => frame.Interface));
    }

    [Fact]
    public void A_line_holds_the_name_of_any_interface_as_one_word() =>
        Assert.Equal(
            ["my_bus", "can0", "ä"],
            Read(Write(CanLogFormat.Candump, new(), new[] { "my bus", "", "ä" }.Select(name => CanFrame.Parse("123#1122334455667788").WithInterface(name)))).Frames.Select(f => f.Interface));

    private static void RoundTrip(CanLogFormat format, CanLogWriteOptions options, Func<CanFrame, CanFrame> expected, Func<CanFrame, bool>? isWritten = null) =>
        Some.Sample(
            frames =>
            {
                var (read, damage) = Read(Write(format, options, frames), format);
                Assert.Empty(damage);
                Assert.Equal(frames.Where(isWritten ?? (_ => true)).Select(frame => Describe(expected(frame))), read.Select(Describe));
            },
            iter: Cases);

    private static CanFrame ToMicroseconds(CanFrame frame) => frame.WithUnixTimeNanoseconds(frame.UnixTimeNanoseconds / 1000 * 1000);

    private static CanFrame Numbered(CanFrame frame) => frame.WithInterface(frame.Interface == "can0" ? "1" : "2");

    private static CanFrame WithoutDetails(CanFrame frame) => As(frame, CanFrame.Parse("20000000#")).WithOrigin(isLocal: false);

    private static CanFrame As(CanFrame frame, CanFrame content) =>
        content.WithInterface(frame.Interface).WithOrigin(frame.IsLocal).WithUnixTimeNanoseconds(frame.UnixTimeNanoseconds);

    private static CanFrame Short(CanFrame frame) => frame switch
    {
        { IsError: true } => frame,
        { IsRemote: true } => As(frame, CanFrame.Remote(frame.Id, frame.Length)),
        { Length: > 8 } => As(frame, CanFrame.Fd(frame.Id, frame.Data)),
        _ => As(frame, new CanFrame(frame.Id, frame.Data)),
    };
}
