namespace RxCan.Logs;

/// <summary>What <see cref="CanLog.Convert"/> did.</summary>
/// <param name="Written">The frames in the new log.</param>
/// <param name="LeftOut">The frames that its format does not have, such as error frames in SavvyCAN's CSV.</param>
/// <param name="Damages">The damages that were passed over, see <see cref="CanLogReadOptions.SkipDamage"/>.</param>
public readonly record struct CanLogConversion(long Written, long LeftOut, long Damages);
