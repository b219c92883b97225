namespace RxCan.Cyclic;

/// <summary>The times that the broadcast manager accepts: microseconds in a <c>struct bcm_timeval</c>, up to <c>BCM_TIMER_SEC_MAX</c> of net/can/bcm.c.</summary>
internal static class BroadcastPeriod
{
    private static readonly TimeSpan Min = TimeSpan.FromMicroseconds(1);
    private static readonly TimeSpan Max = TimeSpan.FromDays(400);

    public static TimeSpan Checked(TimeSpan period, string parameter) => period >= Min && period <= Max
        ? period
        : throw new ArgumentOutOfRangeException(parameter, period, "A period or time-out must be 1 us to 400 days.");
}
