using System.Diagnostics.CodeAnalysis;

namespace RxCan.Virtual;

/// <summary>What happens to one transmission of a frame.</summary>
/// <param name="DestroyedAt">The part of it after which a bit error ends it; null if none does.</param>
/// <param name="IsLost">Whether no other node receives it.</param>
/// <param name="IsDoubled">Whether it is received, but sent again.</param>
/// <param name="Delay">By how much it arrives late.</param>
internal readonly record struct FrameFate(double? DestroyedAt, bool IsLost, bool IsDoubled, TimeSpan Delay);

/// <summary>Decides by a plan. The number of draws is the same for each transmission, so that one fraction does not change what another one hits.</summary>
[SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "It must be repeatable.")]
internal sealed class FaultDice(CanFaultPlan plan)
{
    private readonly Random _random = new(plan.Seed);

    public CanFaultPlan Plan => plan;

    public FrameFate Next()
    {
        var (error, at, loss, doubled, delay) = (_random.NextDouble(), _random.NextDouble(), _random.NextDouble(), _random.NextDouble(), _random.NextDouble());
        return new(error < plan.Errors ? at : null, loss < plan.Loss, doubled < plan.Duplicates, plan.MaxDelay * delay);
    }
}
