using CsCheck;
using RxCan.Cli.Top;
using RxCan.Dbc;

namespace RxCan.Tests.Top;

/// <summary>What <c>rxcan top</c> draws, without a terminal.</summary>
public sealed class TopPageTests
{
    private static readonly CanDatabase Vehicle = CanDatabase.Parse(VehicleDbc);

    private readonly TopView _view = new();
    private readonly TopPage _page = new("can0", frame => Vehicle.Decode(frame)) { State = "up, ErrorActive", BitRates = "500 kbit/s" };

    private const string VehicleDbc = """
        VERSION "1"
        BU_: Engine
        BO_ 416 EngineData: 8 Engine
         SG_ EngineSpeed : 0|16@1+ (0.25,0) [0|8000] "rpm" Engine
         SG_ Oil : 16|8@1+ (1,0) [0|255] "bar" Engine
        BO_ 512 Gearbox: 8 Engine
         SG_ Gear : 0|3@1+ (1,0) [0|7] "" Engine
        VAL_ 512 Gear 3 "Third" ;
        """;

    [Fact]
    public void A_page_of_80_by_24_shows_the_bus_its_rows_and_the_keys()
    {
        Show(
            Row("1A0#8025010000000000") with { Name = "EngineData", Count = 1234, Rate = 100, Period = 0.01, Jitter = 0.00012 },
            Row("200#03FF") with { Name = "Gearbox", Count = 2, Rate = 0.25, Period = 4, Jitter = 0 },
            Row("7FF#R") with { Count = 1 });

        Assert.Equal(
            """
            can0  up, ErrorActive  1234 frames/s  load 43.1 %  0 errors  7 lost  3 ids
            by id ▲  2026-03-02 07:30:00.000Z can0: link up
            id  name          count rate/s period/ms jitter/ms len data
            1A0 EngineData     1234  100.0     10.00     0.120   8 80 25 01 00 00 00 00 00
            200 Gearbox           2  0.250      4000     0.000   2 03 FF
            7FF                   1  0.000                       0 remote request
            """.ReplaceLineEndings("\n"),
            string.Join('\n', Text(80, 24)[..6]));
        Assert.Equal("q quit  ←→ sort  r reverse  / filter  p pause  ↑↓ select  Enter signals  c clear", Text(80, 24)[23]);
    }

    [Fact]
    public void Signals_of_the_selected_row_are_shown_below_and_bits_where_no_database_knows_it()
    {
        Show(Row("1A0#8025030000000000") with { Name = "EngineData" }, Row("300#4142FF0010") with { Count = 9 });
        Press(ConsoleKey.Enter);
        Assert.Equal(["EngineSpeed = 2400 rpm", "Oil = 3 bar"], Text(80, 24)[^3..^1]);
        Assert.StartsWith("── EngineData 1A0 ───", Text(80, 24)[^4], StringComparison.Ordinal);

        Press(ConsoleKey.DownArrow);
        Assert.Equal(
            ["  0 41 42 FF 00  01000001 01000010 11111111 00000000  AB..", "  4 10           00010000                             ."],
            Text(80, 24)[^3..^1]);
        Assert.Contains("…", Text(80, 6)[^2], StringComparison.Ordinal); // one line for them

        Press(ConsoleKey.Escape);
        Assert.Equal("", Text(80, 24)[^2]);
    }

    [Fact]
    public void Wide_windows_show_signals_in_columns_and_all_64_bytes()
    {
        Show(Row("1A0#8025030000000000") with { Name = "EngineData" }, Row("300##0" + string.Concat(Enumerable.Repeat("5A", 64))));
        Press(ConsoleKey.Enter);

        Assert.Equal("EngineSpeed = 2400 rpm                      Oil = 3 bar", Text(200, 50)[^2]);
        Assert.EndsWith(" 64 " + string.Join(' ', Enumerable.Repeat("5A", 48)) + " …", Text(200, 50)[4], StringComparison.Ordinal);
        Assert.EndsWith("5A 5A", Text(260, 50)[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_sorted_and_reversed_and_the_selection_stays_with_its_identifier()
    {
        Show(Row("100#") with { Rate = 5 }, Row("101#") with { Rate = 9 }, Row("102#") with { Rate = 1 });
        Press(ConsoleKey.DownArrow, ConsoleKey.DownArrow);
        Assert.Equal(0x101, _view.Selected!.Value.Id);

        Press(ConsoleKey.RightArrow, ConsoleKey.RightArrow, ConsoleKey.RightArrow);
        Assert.Equal((TopColumn.Rate, "102 100 101", 2), (_view.Sort, Ids, _view.SelectedIndex));
        Press('r');
        Assert.Equal(("101 100 102", 0), (Ids, _view.SelectedIndex));

        Show(Row("100#") with { Rate = 5 }, Row("102#") with { Rate = 10 });
        Assert.Equal(("102 100", -1), (Ids, _view.SelectedIndex));
        Show(Row("100#") with { Rate = 5 }, Row("101#") with { Rate = 7 }, Row("102#") with { Rate = 10 });
        Assert.Equal(("102 101 100", 1), (Ids, _view.SelectedIndex));
    }

    [Theory]
    [InlineData("engine", "1A0")]
    [InlineData("1A", "1A0")]
    [InlineData("200-2FF", "200 2AB")]
    [InlineData("2", "200 2AB 12345678")]
    [InlineData("~1A0", "200 2AB 12345678")]
    [InlineData("zzz", "")]
    public void A_filter_is_a_part_of_a_name_or_identifier_or_a_CAN_filter(string filter, string ids)
    {
        Show(Row("1A0#") with { Name = "EngineData" }, Row("200#"), Row("2AB#"), Row("12345678#"));
        Press('/');
        filter.ToList().ForEach(Press);

        Assert.Equal(ids, Ids);
        Assert.StartsWith($"filter: {filter}_", Text(80, 24)[1], StringComparison.Ordinal);
        Press(ConsoleKey.Enter);
        Assert.StartsWith($"by id ▲  filter: {filter} ({ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length} of 4)", Text(80, 24)[1], StringComparison.Ordinal);
        Press(ConsoleKey.Escape);
        Assert.Equal(4, _view.Rows.Count);
    }

    [Fact]
    public void Keys_go_into_the_filter_while_it_is_typed()
    {
        Show(Row("100#"));
        Press('/');
        Assert.Equal(TopDemand.Nothing, _view.Press(Key('q')));
        Press(ConsoleKey.Backspace, ConsoleKey.Backspace);
        Assert.Equal("", _view.Filter);
        Press('x');
        Press(ConsoleKey.Escape);
        Assert.Equal((false, ""), (_view.IsTyping, _view.Filter));

        Assert.Equal(TopDemand.Quit, _view.Press(Key('q')));
        Assert.Equal(TopDemand.Clear, _view.Press(Key('c')));
    }

    [Fact]
    public void A_pause_keeps_what_is_shown()
    {
        Show(Row("100#01"));
        Press('p');
        Show(Row("100#02"), Row("101#"));
        Assert.Equal("100", Ids);
        Assert.Contains("paused", Text(80, 24)[0], StringComparison.Ordinal);
        Press(ConsoleKey.DownArrow, ConsoleKey.Enter); // works meanwhile
        Assert.Contains("00000001", Text(80, 24)[^2], StringComparison.Ordinal);

        Press(' ');
        Show(Row("100#02"), Row("101#"));
        Assert.Equal("100 101", Ids);
    }

    [Fact]
    public void The_page_follows_the_selection()
    {
        Show([.. Enumerable.Range(0, 100).Select(i => Row($"{i:X3}#"))]);
        Assert.Equal(("000", "013"), Shown());
        Press(ConsoleKey.End);
        Assert.Equal(("050", "063"), Shown());
        Press(ConsoleKey.PageUp);
        Assert.Equal(("04F", "062"), Shown());
        Press(ConsoleKey.Home);
        Assert.Equal(("000", "013"), Shown());
        Press([.. Enumerable.Repeat(ConsoleKey.DownArrow, 20)]);
        Assert.Equal(("001", "014"), Shown());

        (string, string) Shown()
        {
            var text = Text(80, 24);
            return (text[3][..3], text[22][..3]);
        }
    }

    [Fact]
    public void Whatever_is_shown_fills_the_screen_and_no_more()
    {
        var row = Gen.Select(Gen.UInt[0, CanId.MaxExtended], Gen.Byte.Array[0, 64], Gen.String[0, 60], Gen.Double[0, 1e7], Gen.Long[0, long.MaxValue], Gen.Int[0, 2]).Select((id, data, name, number, count, bus) =>
            new TopRow
            {
                Bus = bus == 0 ? "can0" : bus == 1 ? "a-long-interface" : "",
                Id = id,
                Name = name,
                Rate = number,
                Period = number,
                Jitter = number,
                Count = count,
                Changed = (ulong)count,
                Last = data.Length <= 8 ? new CanFrame(id, data) : CanFrame.Fd(id, [.. data, .. new byte[64 - data.Length]]),
            });
        string[] events = ["\e[2J", "日本語日本語", "a\nb", "plain"];
        Gen.Select(row.Array[0, 60], Gen.Int[1, 220], Gen.Int[1, 60], Gen.Int[0, 3].Select(i => events[i]), Gen.Int[0, 7].Select(i => "jkrpc /x"[i]).Array[0, 12]).Sample(
            (rows, width, height, happened, keys) =>
            {
                var view = new TopView();
                view.Show(new() { Rows = [.. rows.DistinctBy(r => (r.Bus, r.Id))], Event = happened, Load = 0.5 });
                foreach (var key in keys)
                    view.Press(Key(key));
                view.Press(new('\r', ConsoleKey.Enter, false, false, false));
                var lines = _page.Render(view, width, height);
                Assert.Equal(height, lines.Count);
                Assert.All(lines, line =>
                {
                    Assert.InRange(line.Cells, 0, width);
                    Assert.DoesNotContain(line.ToString(), char.IsControl);
                });
            },
            iter: RandomCases.Of(300));
    }

    private string Ids => string.Join(' ', _view.Rows.Select(r => r.Id.ToString()));

    private static TopRow Row(string frame)
    {
        var last = CanFrame.Parse(frame);
        return new() { Bus = "can0", Id = last.Id, IsRemote = last.IsRemote, Name = "", Last = last, Count = 2 };
    }

    private static ConsoleKeyInfo Key(char key) => new(key, key == ' ' ? ConsoleKey.Spacebar : default, false, false, false);

    private void Show(params TopRow[] rows) => _view.Show(new()
    {
        Rows = rows,
        Rate = 1234.4,
        Load = 0.4312,
        Lost = 7,
        Frames = 100_000,
        Event = "2026-03-02 07:30:00.000Z can0: link up",
    });

    private void Press(char key) => _view.Press(Key(key));

    private void Press(params ConsoleKey[] keys)
    {
        foreach (var key in keys)
        {
            Text(80, 24);
            _view.Press(new('\0', key, false, false, false));
        }
    }

    private List<string> Text(int width, int height) => [.. _page.Render(_view, width, height).Select(line => line.ToString().TrimEnd())];
}
