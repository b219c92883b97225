using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan.Tests.Bus;

public sealed class MailboxTests
{
    private readonly HistoricalScheduler _clock = new();
    private readonly List<string> _done = [];
    private readonly Mailbox<Action> _mailbox;

    public MailboxTests() => _mailbox = new(static action => action(), _clock);

    private Action Log(string what) => () => _done.Add(what);

    private void Advance() => _clock.AdvanceBy(TimeSpan.FromTicks(1));

    [Fact]
    public void A_call_is_done_at_once_and_what_it_brings_about_is_told_on_the_scheduler()
    {
        _mailbox.Do(() =>
        {
            _mailbox.Note(Log("told"));
            _mailbox.Flush(); // as an engine does
            _done.Add("done");
        });
        Assert.Equal(["done"], _done);
        Advance();
        Assert.Equal(["done", "told"], _done);
    }

    [Fact]
    public void A_call_does_not_tell_what_was_noted_before_and_does_not_wait_for_it()
    {
        _mailbox.Note(Log("told"));
        _mailbox.Do(Log("done"));
        _mailbox.Do(Log("done too"));
        Assert.Equal(["done", "done too"], _done);
        Advance();
        Assert.Equal(["done", "done too", "told"], _done);
    }

    [Fact]
    public void A_quiet_notice_is_acted_on_by_a_call_unless_it_follows_one_that_is_not()
    {
        _mailbox.Note(Log("quiet"), isQuiet: true);
        _mailbox.Note(Log("told"));
        _mailbox.Note(Log("quiet too"), isQuiet: true);
        _mailbox.Do(Log("done"));
        Assert.Equal(["done", "quiet"], _done);
        _mailbox.Flush();
        Assert.Equal(["done", "quiet", "told", "quiet too"], _done);
    }

    [Fact]
    public void What_is_called_while_acting_is_done_next_and_not_within()
    {
        _mailbox.Note(() =>
        {
            _mailbox.Do(Log("done"));
            _done.Add("told");
        });
        _mailbox.Tell(Log("told too"));
        Assert.Equal(["told", "done", "told too"], _done);
    }

    [Fact]
    public void Nothing_is_lost_or_done_twice_at_once_among_threads()
    {
        var (acting, calls, notices) = (0, 0, 0);
        var mailbox = new Mailbox<bool>(
            isCall =>
            {
                Assert.Equal(1, Interlocked.Increment(ref acting));
                _ = isCall ? calls++ : notices++;
                Interlocked.Decrement(ref acting);
            },
            Scheduler.Default);
        Parallel.For(0, 4, i =>
        {
            for (var j = 0; j < 10_000; j++)
            {
                if (i % 2 == 0)
                    mailbox.Do(true);
                else if (j % 2 == 0)
                    mailbox.Tell(false);
                else
                    mailbox.Note(false);
            }
        });
        mailbox.Flush();
        Assert.True(SpinWait.SpinUntil(() => (calls, notices) == (20_000, 20_000), TimeSpan.FromSeconds(30)), $"{calls}, {notices}");
    }
}
