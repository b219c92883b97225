using System.Globalization;
using System.Text;
using RxCan.Cli;
using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary>Standard output and its buffer.</summary>
public sealed class OutputTests
{
    [Fact]
    public void A_line_that_comes_alone_comes_out()
    {
        using var reader = new Reader();
        using var output = new Output(reader);
        for (var i = 1; i <= 10; i++)
        {
            output.WriteLine("line");
            var lines = i;
            Eventually.True(() => reader.Length == 5 * lines, "the line");
        }

        Eventually.True(() => output.IsEmpty, "nothing is left to write");
    }

    [Fact]
    public void A_slow_reader_gets_everything_in_few_pieces_and_holds_up_only_who_is_a_megabyte_ahead()
    {
        const int Lines = 200_000;
        using var reader = new Reader(mayRead: false);
        using var output = new Output(reader);
        var written = 0;
        var writing = Task.Run(() =>
        {
            for (; written < Lines; written++)
                output.WriteLine($"{written:D15}");
        });
        Eventually.True(() => Volatile.Read(ref written) > 60_000, "a megabyte is taken");
        Assert.False(writing.IsCompleted);
        Assert.False(output.IsEmpty);

        reader.MayRead.Set();
        Assert.True(writing.Wait(TimeSpan.FromSeconds(60)));
        output.Dispose();

        var text = Encoding.ASCII.GetString(reader.ToArray());
        Assert.Equal(Enumerable.Range(0, Lines).Select(i => $"{i:D15}"), text.TrimEnd().Split('\n'));
        Assert.InRange(reader.Pieces, 1, Lines / 10);
    }

    [Fact]
    public void Lines_of_several_threads_are_not_mixed()
    {
        using var reader = new Reader();
        var output = new Output(reader);
        Parallel.For(0, 4, thread =>
        {
            for (var i = 0; i < 50_000; i++)
                output.WriteLine(new string((char)('A' + thread), 20));
        });
        output.Dispose();

        var lines = Encoding.ASCII.GetString(reader.ToArray()).TrimEnd().Split('\n');
        Assert.Equal(200_000, lines.Length);
        Assert.All(lines.Distinct(), line => Assert.Equal(new string(line[0], 20), line));
    }

    [Fact]
    public void Who_waits_for_room_goes_on_when_the_reader_leaves()
    {
        using var reader = new Reader(mayRead: false) { IsClosed = true };
        using var output = new Output(reader);
        using var started = new CountdownEvent(2);
        var writing = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            started.Signal();
            for (var i = 0; i < 100_000; i++)
                output.WriteLine(new string('x', 50));
        })).ToArray();
        started.Wait(TestContext.Current.CancellationToken);

        reader.MayRead.Set();

        Assert.True(Task.WaitAll(writing, TimeSpan.FromSeconds(60)));
        Assert.True(output.Closed.WaitHandle.WaitOne(TimeSpan.FromSeconds(60)));
        Assert.Null(output.Failure);
    }

    [Fact]
    public void Values_become_lines_in_order_with_complete_lines_between_them()
    {
        using var reader = new Reader();
        using var output = new Output(reader);
        using var queue = Numbers(output);
        var expected = new StringBuilder();
        for (var i = 0; i < 100_000; i++)
        {
            queue.OnNext(i);
            expected.Append(CultureInfo.InvariantCulture, $"{i}\n");
            if (i % 1000 == 0)
            {
                queue.Add("between");
                expected.Append("between\n");
            }
        }

        queue.OnCompleted();
        queue.Wait();
        output.Dispose();

        Assert.Equal(expected.ToString(), Encoding.ASCII.GetString(reader.ToArray()));
        Assert.True(queue.HasAny);
    }

    [Fact]
    public void A_value_that_comes_alone_becomes_a_line()
    {
        using var reader = new Reader();
        using var output = new Output(reader);
        using var queue = Numbers(output);
        for (var i = 1; i <= 9; i++)
        {
            queue.OnNext(i);
            var lines = i;
            Eventually.True(() => reader.Length == 2 * lines, "the line");
        }

        Eventually.True(() => output.IsEmpty, "nothing is left to write");
    }

    [Fact]
    public void A_slow_reader_holds_up_a_stream_that_is_thousands_of_values_ahead_and_loses_none()
    {
        const int Values = 50_000;
        using var reader = new Reader(mayRead: false);
        using var output = new Output(reader);
        using var queue = Numbers(output);
        var put = 0;
        var putting = Task.Run(() =>
        {
            for (; put < Values; put++)
                queue.OnNext(put);
        });
        Eventually.True(() => Volatile.Read(ref put) > 8_000, "thousands are taken");
        Assert.False(putting.IsCompleted);
        Assert.False(output.IsEmpty);

        reader.MayRead.Set();
        Assert.True(putting.Wait(TimeSpan.FromSeconds(60)));
        output.Dispose();

        Assert.Equal(Enumerable.Range(0, Values).Select(i => $"{i}"), Encoding.ASCII.GetString(reader.ToArray()).TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_stream_that_waits_for_room_goes_on_when_the_reader_leaves()
    {
        using var reader = new Reader(mayRead: false) { IsClosed = true };
        using var output = new Output(reader);
        using var queue = Numbers(output);
        var putting = Task.Run(() =>
        {
            for (var i = 0; i < 100_000; i++)
                queue.OnNext(i);
        });

        reader.MayRead.Set();

        Assert.True(putting.Wait(TimeSpan.FromSeconds(60)));
        Assert.Null(output.Failure);
    }

    [Fact]
    public void A_line_that_cannot_be_made_ends_the_output_and_says_why()
    {
        using var reader = new Reader();
        using var output = new Output(reader);
        using var queue = new LineQueue<int>(output, (_, in _) => throw new NotSupportedException("no line"));

        queue.OnNext(1);

        Assert.True(output.Closed.WaitHandle.WaitOne(TimeSpan.FromSeconds(60)));
        Assert.Equal("no line", output.Failure?.Message);
    }

    [Fact]
    public void A_stream_that_fails_says_so_and_its_lines_are_made()
    {
        using var reader = new Reader();
        using var output = new Output(reader);
        using var queue = Numbers(output);
        queue.OnNext(7);
        queue.OnError(new IOException("gone"));

        Assert.Equal("gone", Assert.Throws<IOException>(queue.Wait).Message);
        output.Dispose();
        Assert.Equal("7\n"u8, reader.ToArray());
    }

    private static LineQueue<int> Numbers(Output output) =>
        new(output, (lines, in number) => lines.AddLines(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n"))));

    private sealed class Reader(bool mayRead = true) : MemoryStream
    {
        private long _length;

        public ManualResetEventSlim MayRead { get; } = new(mayRead);

        public bool IsClosed { get; init; }

        public int Pieces { get; private set; }

        public override long Length => Volatile.Read(ref _length);

        public override void Write(byte[] buffer, int offset, int count)
        {
            MayRead.Wait();
            if (IsClosed)
                throw new IOException("Broken pipe") { HResult = 32 };
            base.Write(buffer, offset, count);
            Pieces++;
            Volatile.Write(ref _length, _length + count);
        }

        protected override void Dispose(bool disposing)
        {
            MayRead.Dispose();
            base.Dispose(disposing);
        }
    }
}
