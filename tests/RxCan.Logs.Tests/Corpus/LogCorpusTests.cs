using System.Globalization;
using System.Text.Json;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Tests.Corpus;

/// <summary>Every file of the corpus gives the frames that independent readers see in it: identifier, flags, data, channel, direction and time.</summary>
[Trait("Length", "Long")]
public class LogCorpusTests
{
    private const string AboveStandard = "an identifier above 7FF is extended, even without the bit";
    private const string AboveEight = "a data length code of 51 or 102 means 8 bytes; python-can takes it for the length";

    /// <summary>Where the oracle is wrong, or the file does not tell: the field that is not compared, and why.</summary>
    private static readonly (string File, string Field, string Why)[] KnownErrors =
    [
        ("python-can-single_frame.asc", "fd", "64 bytes of data make it CAN FD"),
        ("python-can-single_frame.asc", "d", "python-can keeps 8 of the 64 bytes"),
        ("python-can-test_CanFdRemoteMessage.asc", "fd", "CAN FD has no remote frames, and the line's flags have no EDL bit"),
        ("python-can-test_CanFdRemoteMessage.asc", "esi", "a classic frame has no ESI"),
        ("css-multiple_CAN.trc", "dlc", "python-can takes the data length code of a CAN FD frame for its length"),
        ("python-can-test_CanMessage.blf", "x", AboveStandard),
        ("python-can-test_CanMessage.blf", "dlc", AboveEight),
        ("python-can-test_CanMessage2.blf", "x", AboveStandard),
        ("python-can-test_CanMessage2.blf", "dlc", AboveEight),
        ("python-can-test_CanErrorFrameExt.blf", "dlc", AboveEight),
        ("python-can-test_CanFdMessage.blf", "x", AboveStandard),
        ("python-can-test_CanFdMessage64.blf", "x", AboveStandard),
        ("python-can-test_CanFdMessage64.blf", "rtr", "CAN FD has no remote frames"),
        ("python-can-test_CanFdMessage64.blf", "d", "CAN FD has no remote frames"),
        ("pycan-mix.csv", "fd", "the file does not tell, but more than 8 bytes of data make a frame CAN FD"),
    ];

    public static TheoryData<string> Files => [.. LogCorpus.Names];

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void A_file_gives_its_expected_frames(string name)
    {
        LogCorpus.SkipIfAbsent();
        var expected = LogCorpus.Expected(name);
        var frames = expected.GetProperty("frames").EnumerateArray().ToArray();
        var last = expected.TryGetProperty("last", out var end) ? end.EnumerateArray().ToArray() : [];
        var count = expected.TryGetProperty("count", out var all) ? all.GetInt32() : frames.Length;
        var tolerance = expected.TryGetProperty("tol_ns", out var given) ? given.GetInt64() : 0;
        var skipped = KnownErrors.Where(error => error.File == name).Select(error => error.Field).ToArray();

        var (actual, damage) = Read(name);

        Assert.Equal(count, actual.Count);
        if (expected.GetProperty("error").ValueKind == JsonValueKind.Null)
            Assert.Empty(damage);
        else if (name.EndsWith(".log", StringComparison.Ordinal))
            Assert.NotEmpty(damage);
        // ASC and TRC 1 print relative times: the header's date is compared by the tests of these formats.
        var start = 0L;
        if (actual.Count > 0 && IsRelative(name, frames[0]))
            start = actual[0].UnixTimeNanoseconds - Time(frames[0]);
        for (var i = 0; i < frames.Length; i++)
            Compare(frames[i], actual[i], i);
        for (var i = 0; i < last.Length; i++)
            Compare(last[i], actual[count - last.Length + i], count - last.Length + i);

        void Compare(JsonElement frame, CanFrame read, int index)
        {
            var difference = read.UnixTimeNanoseconds - start - Time(frame);
            var allowed = frame.TryGetProperty("tns", out _) ? tolerance : 1_000;
            Assert.True(Math.Abs(difference) <= allowed, $"Frame {index}: time {read.UnixTimeNanoseconds - start} instead of {Time(frame)}");
            var expectation = Describe(frame, skipped);
            var description = Describe(name, read, skipped);
            Assert.True(expectation == description, $"Frame {index}: {description} instead of {expectation}");
        }
    }

    /// <summary>The frames, and the damages between them.</summary>
    private static (List<CanFrame> Frames, List<CanLogException> Damage) Read(string name)
    {
        var frames = new List<CanFrame>();
        var damage = new List<CanLogException>();
        using var reader = LogFormats.OpenReader(LogCorpus.PathOf(name), new());
        while (true)
        {
            try
            {
                if (!reader.Read(out var frame))
                    return (frames, damage);
                frames.Add(frame);
            }
            catch (CanLogException e)
            {
                damage.Add(e);
                if (!reader.TrySkip())
                    return (frames, damage);
            }
        }
    }

    private static bool IsRelative(string name, JsonElement first) =>
        name.Contains(".asc", StringComparison.Ordinal) || (name.EndsWith(".trc", StringComparison.Ordinal) && Time(first) < 1_000_000_000_000);

    private static long Time(JsonElement frame) =>
        frame.TryGetProperty("tns", out var exact) ? exact.GetInt64() : (long)(frame.GetProperty("t").GetDecimal() * 1_000_000_000);

    private static string Describe(JsonElement frame, string[] skipped)
    {
        int Get(string field) => frame.GetProperty(field).GetInt32();
        var isError = Get("err") == 1;
        return Describe(
            skipped, frame.GetProperty("ch").ToString(), (uint)Get("id"), Get("x") == 1 && !isError, Get("rtr") == 1, isError, Get("fd") == 1, Get("brs") == 1,
            Get("esi") == 1, Get("rx") == 1, Get("dlc"), frame.GetProperty("d").GetString()!, frame.TryGetProperty("dlcraw", out var raw) && Get("fd") == 0 && raw.ValueKind == JsonValueKind.Number && raw.GetInt32() > 8 ? raw.GetInt32() : null);
    }

    private static string Describe(string name, CanFrame frame, string[] skipped)
    {
        var channel = frame.Interface;
        if (name.EndsWith(".asc", StringComparison.Ordinal) || name.EndsWith(".asc.gz", StringComparison.Ordinal) || name.EndsWith(".blf", StringComparison.Ordinal))
            channel = $"{int.Parse(channel, CultureInfo.InvariantCulture) - 1}";
        if (channel.Length == 0)
            channel = "None";
        return Describe(
            skipped, channel, frame.Id.Value, frame.Id.IsExtended && !frame.IsError, frame.IsRemote, frame.IsError, frame.IsFd, frame.BitRateSwitch,
            frame.ErrorStateIndicator, !frame.IsLocal, frame.Length, Convert.ToHexStringLower(frame.Data), !frame.IsFd && frame.Dlc > 8 ? frame.Dlc : null);
    }

    private static string Describe(
        string[] skipped, string ch, uint id, bool x, bool rtr, bool err, bool fd, bool brs, bool esi, bool rx, int dlc, string d, int? dlcraw) =>
        string.Join(' ', new (string Field, object? Value)[]
        {
            (nameof(ch), ch), (nameof(id), $"{id:X}"), (nameof(x), x), (nameof(rtr), rtr), (nameof(err), err), (nameof(fd), fd), (nameof(brs), brs),
            (nameof(esi), esi), (nameof(rx), rx), (nameof(dlc), dlc), (nameof(d), d), (nameof(dlcraw), dlcraw),
        }.Where(part => !skipped.Contains(part.Field) && part.Value is not (null or false)).Select(part => part.Value is true ? part.Field : $"{part.Field}={part.Value}"));
}
