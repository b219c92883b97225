namespace RxCan.Tests.Bus;

/// <summary>Waits for a condition with a deadline.</summary>
public static class Eventually
{
    public static void True(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(60)), $"Not true within a minute: {what}.");
}
