using System.Reactive;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>Answers to remote frames.</summary>
public abstract partial class CyclicContract
{
    [Fact]
    public void Remote_frames_are_answered_while_subscribed()
    {
        var told = new Recorder<Unit>();
        var answer = new CanFrame(0x123, [1, 2, 3]);
        var answers = _can.AnswerRemote(answer).Subscribe(told);
        Assert.Equal(1, told.Count);

        _peer.Send(CanFrame.Remote(0x123, 3));
        _peer.Send(CanFrame.Remote(CanId.Extended(0x123)));
        _peer.Send(CanFrame.Remote(0x124));
        Send([9]);
        _peer.Send(CanFrame.Remote(0x123));
        Seen(2);
        _bus.Elapse(50);
        Assert.Equal([answer, answer], _seen.Values);

        answers.Dispose();
        _peer.Send(CanFrame.Remote(0x123));
        AssertNothingMore();
    }

    [Fact]
    public void An_answer_survives_the_link_going_down()
    {
        using var answers = _can.AnswerRemote(new(0x123, [1])).Subscribe();

        _bus.LinkDown();
        Pass(50);
        _bus.LinkUp();
        _peer.Send(CanFrame.Remote(0x123));

        Seen(1);
    }
}
