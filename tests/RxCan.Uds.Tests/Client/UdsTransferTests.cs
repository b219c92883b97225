using System.Diagnostics;
using System.Reactive.Linq;
using RxCan.Tests.Bus;
using RxCan.Uds;

namespace RxCan.Tests.Client;

/// <summary>Downloads and uploads against a control unit with a memory.</summary>
public sealed class UdsTransferTests : IDisposable
{
    private readonly ScriptedEcu _ecu = new();
    private readonly List<byte> _memory = [];
    private readonly List<byte> _counters = [];
    private byte[] _source = [];
    private int _uploaded;

    public UdsTransferTests() => _ecu.Otherwise = request => request switch
    {
        [0x34, ..] => [[0x74, 0x20, 0x0F, 0xFF]],
        [0x35, ..] => [[0x75, 0x20, 0x01, 0x02]],
        [0x36, var counter] => [[0x76, counter, .. Next(counter)]],
        [0x36, var counter, .. var data] => Store(counter, data),
        [0x37, ..] => [[0x77]],
        [0x31, 1, 0xFF, ..] => [[0x71, 1, 0xFF, request[3], 0]],
        [0x10, 1] => [[0x50, 1, 0, 50, 1, 0xF4]],
        _ => [],
    };

    public void Dispose() => _ecu.Dispose();

    private static byte[] Image(int length)
    {
        var image = new byte[length];
        new Random(1).NextBytes(image);
        return image;
    }

    private byte[][] Store(byte counter, ReadOnlySpan<byte> data)
    {
        _counters.Add(counter);
        _memory.AddRange(data);
        return [[0x76, counter]];
    }

    private byte[] Next(byte counter)
    {
        _counters.Add(counter);
        var part = _source.AsSpan(_uploaded, Math.Min(256, _source.Length - _uploaded)).ToArray();
        _uploaded += part.Length;
        return part;
    }

    [Trait("Length", "Long")]
    [Fact]
    public void A_megabyte_is_downloaded_in_blocks_of_the_control_units_length()
    {
        var image = Image(1 << 20);
        var clock = Stopwatch.StartNew();
        var progress = _ecu.Record(_ecu.Client.Download(0x0800_0000, image));
        while (!progress.HasEnded)
            _ecu.Pass(1000);
        Assert.Null(progress.Error);
        Assert.Equal(image, _memory);
        Assert.Equal("34004408000000" + "00100000", _ecu.Requests[0]);
        Assert.Equal("37", _ecu.Requests[^1]);
        Assert.Equal(Enumerable.Range(1, 257).Select(i => (byte)i), _counters); // 1 to 255, 0, 1
        Assert.Equal((0.0, 1.0), (progress.Values[0].Fraction, progress.Values[^1].Fraction));
        Assert.Equal(258, progress.Values.Length);
        TestContext.Current.SendDiagnosticMessage($"1 MB in {clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public void Erasing_checking_and_exit_parameters_have_their_place()
    {
        var progress = _ecu.Record(_ecu.Client.Download(0x1000, Image(10), new()
        {
            EraseRoutine = 0xFF00,
            Checksum = new(0xFF01, segment => [(byte)segment.Data.Length]),
            ExitParameters = segment => [0xEE],
            MaxBlockLength = 6,
            AddressBytes = 2,
            SizeBytes = 0,
            DataFormat = 0x10,
        }));
        _ecu.Pass(1000);
        Assert.True(progress.IsCompleted);
        Assert.Equal("3101FF0012" + "10000A", _ecu.Requests[0]);
        Assert.Equal("34101210000A", _ecu.Requests[1]);
        Assert.Equal([4, 4, 2], _ecu.Requests[2..5].Select(r => (r.Length / 2) - 2));
        Assert.Equal(["37EE", "3101FF010A"], _ecu.Requests[5..]);
        Assert.Equal([0L, 4, 8, 10], progress.Values.Select(p => p.Done));
    }

    [Fact]
    public void A_checksum_that_does_not_match_is_an_error()
    {
        var progress = _ecu.Record(_ecu.Client.Download(0, Image(10), new() { Checksum = new(0xFF01, _ => []) { IsPassed = status => false } }));
        _ecu.Pass(1000);
        Assert.Contains("FF01", Assert.IsType<UdsException>(progress.Error).Message);
    }

    [Fact]
    public void A_function_that_throws_fails_the_download()
    {
        var progress = _ecu.Record(_ecu.Client.Download(0, Image(10), new() { ExitParameters = _ => throw new NotSupportedException() }));
        _ecu.Pass(1000);
        Assert.IsType<NotSupportedException>(progress.Error);
    }

    [Fact]
    public void Several_segments_are_downloaded_one_after_another()
    {
        var progress = _ecu.Record(_ecu.Client.Download([new(0x100, new byte[] { 1, 2 }), new(0x200, default), new(0x300, new byte[] { 3 })]));
        _ecu.Pass(1000);
        Assert.True(progress.IsCompleted);
        Assert.Equal(["34004400000100" + "00000002", "36010102", "37", "3400440000030000000001", "360103", "37"], _ecu.Requests);
        Assert.Equal([0L, 2, 3], progress.Values.Select(p => p.Done));
    }

    [Fact]
    public void A_block_that_is_not_answered_is_sent_again_with_its_counter()
    {
        var usual = _ecu.Otherwise!;
        var silent = 2;
        _ecu.Otherwise = request => request[0] == 0x36 && request[1] == 2 && silent-- > 0 ? [] : usual(request);
        var progress = _ecu.Record(_ecu.Client.Download(0, Image(10), new() { MaxBlockLength = 6, BlockRetries = 2 }));
        _ecu.Pass(10_000);
        Assert.True(progress.IsCompleted);
        Assert.Equal(["01", "02", "02", "02", "03"], _ecu.Requests.Where(r => r.StartsWith("36", StringComparison.Ordinal)).Select(r => r[2..4]));

        silent = 3;
        progress = _ecu.Record(_ecu.Client.Download(0, Image(10), new() { MaxBlockLength = 6, BlockRetries = 2 }));
        _ecu.Pass(10_000);
        Assert.IsType<TimeoutException>(progress.Error);
    }

    [Theory]
    [InlineData("7F3670", "362")]
    [InlineData("7F3473", "34")]
    public void A_refusal_is_an_error(string response, string at)
    {
        var usual = _ecu.Otherwise!;
        _ecu.Otherwise = request => Convert.ToHexString(request).StartsWith(at.Length == 3 ? "3602" : at, StringComparison.Ordinal)
            ? [Convert.FromHexString(response)]
            : usual(request);
        var progress = _ecu.Record(_ecu.Client.Download(0, Image(10), new() { MaxBlockLength = 6, BlockRetries = 5 }));
        _ecu.Pass(10_000);
        Assert.IsType<UdsNegativeResponseException>(progress.Error);
    }

    [Theory]
    [InlineData("7410" + "02")]
    [InlineData("7410" + "00")]
    public void A_block_without_room_for_data_is_an_error(string response)
    {
        _ecu.Otherwise = _ => [Convert.FromHexString(response)];
        var progress = _ecu.Record(_ecu.Client.Download(0, Image(10)));
        _ecu.Pass(1000);
        Assert.IsType<UdsException>(progress.Error);
    }

    [Fact]
    public void Cancelling_leaves_the_control_unit_in_the_default_session()
    {
        _ecu.On("1002", "5002003201F4");
        var session = _ecu.Record(_ecu.Client.Session(UdsSession.Programming));
        var progress = new Recorder<UdsTransferProgress>();
        IDisposable? running = null;
        running = _ecu.Client.Download(0, Image(100_000)).Do(p =>
        {
            if (p.Fraction > 0.5)
                running!.Dispose();
        }).Subscribe(progress);
        _ecu.Pass(60_000);
        Assert.False(progress.HasEnded);
        Assert.Equal("1001", _ecu.Requests[^1]);
        Assert.True(session.IsCompleted);
        Assert.InRange(_memory.Count, 50_000, 60_000);
    }

    [Fact]
    public void Cancelling_before_it_begins_sends_nothing()
    {
        var read = _ecu.Record(_ecu.Client.ReadData(1));
        _ecu.Client.Download(0, Image(10)).Subscribe().Dispose();
        _ecu.Pass(10_000);
        Assert.Equal(["220001"], _ecu.Requests);
        Assert.NotNull(read.Error);
    }

    [Fact]
    public void An_upload_gives_the_data_so_far()
    {
        _source = Image(100_000);
        var progress = _ecu.Record(_ecu.Client.Upload(0x1000, _source.Length));
        _ecu.Pass(60_000);
        Assert.True(progress.IsCompleted);
        Assert.Equal(_source, progress.Values[^1].Data.ToArray());
        Assert.Equal(256, progress.Values[1].Data.Length);
        Assert.Equal("35004400001000000186A0", _ecu.Requests[0]);
        Assert.Equal(Enumerable.Range(1, 391).Select(i => (byte)i), _counters);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void An_upload_of_no_data_or_too_much_is_an_error(int length)
    {
        var usual = _ecu.Otherwise!;
        _ecu.Otherwise = request => request[0] == 0x36 ? [[0x76, request[1], .. new byte[length]]] : usual(request);
        var progress = _ecu.Record(_ecu.Client.Upload(0, 10));
        _ecu.Pass(1000);
        Assert.IsType<UdsException>(progress.Error);
    }
}
