using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>Content watches: which bits count, and how often a change is reported.</summary>
public abstract partial class CyclicContract
{
    [Fact]
    public void Only_changes_to_masked_bits_are_reported()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x123), mask: [0xFF, 0x00, 0xF0]).Subscribe(changes);

        Send([1, 1, 0x10]);
        Send([1, 2, 0x1F, 9]);
        Send([2, 2, 0x1F]);
        Send([2, 2, 0x2F]);
        Send([2, 2, 0x2F]);

        Changed(changes, [1, 1, 0x10], [2, 2, 0x1F], [2, 2, 0x2F]);
    }

    [Fact]
    public void Without_a_mask_every_bit_counts()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x123)).Subscribe(changes);

        Send([0, 0, 0, 0, 0, 0, 0, 0]);
        Send([0, 0, 0, 0, 0, 0, 0, 0]);
        Send([0, 0, 0, 0, 0, 0, 0, 1]);

        Changed(changes, [0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1]);
    }

    [Fact]
    public void Missing_data_counts_as_zeros_and_a_frame_without_data_never_differs()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x123), mask: [0xFF, 0xFF]).Subscribe(changes);

        Send([1, 0]);
        Send([1]);
        Send([]);
        Send([1, 1]);
        Send([1]);

        Changed(changes, [1, 0], [1, 1], [1]);
    }

    [Fact]
    public void A_different_length_is_a_change_if_requested()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x123), [0xFF], new() { CheckLength = true }).Subscribe(changes);

        Send([1, 2]);
        Send([1, 3]);
        Send([1]);
        Send([]);
        Send([1]);

        Changed(changes, [1, 2], [1], [], [1]);
    }

    [Fact]
    public void Each_identifier_and_kind_is_watched_separately()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x20) | CanFilter.Id(CanId.Extended(0x20)) | CanFilter.Remote(0x20), [0xFF]).Subscribe(changes);
        CanFrame[] frames =
        [
            new(0x20, [1]), new(CanId.Extended(0x20), [2]), CanFrame.Fd(0x20, [3]), CanFrame.Fd(CanId.Extended(0x20), [4]), CanFrame.Remote(0x20, 1),
        ];

        foreach (var frame in (CanFrame[])[.. frames, .. frames, new(0x21, [1]), new(0x20, [9])])
            _peer.Send(frame);
        _bus.Until(() => changes.Count == 6);

        Assert.Equal([.. frames, new(0x20, [9])], changes.Values);
    }

    [Fact]
    public void All_64_bytes_of_an_FD_frame_can_be_watched()
    {
        var changes = new Recorder<CanFrame>();
        var mask = new byte[64];
        mask[63] = 0x01;
        using var watch = _can.Changes(CanFilter.Id(0x20), mask).Subscribe(changes);

        byte[] data = new byte[64];
        _peer.Send(CanFrame.Fd(0x20, data));
        data[62] = 1;
        _peer.Send(CanFrame.Fd(0x20, data));
        data[63] = 3;
        _peer.Send(CanFrame.Fd(0x20, data));
        _bus.Until(() => changes.Count == 2);

        Assert.Equal([0, 3], changes.Values.Select(f => (int)f.Data[63]));
    }

    [Fact]
    public void A_throttled_change_is_reported_at_the_end_of_the_interval_with_the_latest_content()
    {
        var changes = new Recorder<CanFrame>();
        var throttle = Ms(3_000); // longer than this thread may be delayed
        using var watch = _can.Changes(CanFilter.Id(0x123), [0xFF], new() { Throttle = throttle }).Subscribe(changes);

        Send([1]);
        _bus.Until(() => changes.Count == 1);
        Send([2]);
        Send([3]);
        Pass(20);
        Assert.Equal(1, changes.Count);
        _bus.Until(() => changes.Count == 2);
        Send([4]);
        Pass(20);
        Assert.Equal(2, changes.Count);
        _bus.Until(() => changes.Count == 3);

        Changed(changes, [1], [3], [4]);
    }

    [Fact]
    public void After_a_quiet_interval_a_throttled_change_is_reported_immediately()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x123), [0xFF], new() { Throttle = Ms(100) }).Subscribe(changes);

        Send([1]);
        Send([2]);
        _bus.Until(() => changes.Count == 2);
        _bus.Elapse(250);
        Send([3]);
        Pass(20);

        Changed(changes, [1], [2], [3]);
    }

    [Fact]
    public void Multiplexed_content_is_compared_with_the_last_frame_of_its_page()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.MultiplexedChanges(CanFilter.Id(0x123), [0x0F], [[0x01, 0xFF], [0x02, 0x00, 0xFF]]).Subscribe(changes);

        Send([0x01, 1, 1]);
        Send([0x02, 1, 1]);
        Send([0x11, 1, 2]);
        Send([0x02, 2, 1]);
        Send([0x03, 7, 7]);
        Send([0x02, 2, 2]);
        Send([0x01, 2, 2]);

        Changed(changes, [0x01, 1, 1], [0x02, 1, 1], [0x02, 2, 2], [0x01, 2, 2]);
    }
}
