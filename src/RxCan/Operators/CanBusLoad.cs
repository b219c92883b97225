using System.Globalization;
using System.Text;

namespace RxCan;

/// <summary>How busy the wire was in one window of <see cref="CanObservable.BusLoad"/>.</summary>
/// <param name="Load">
/// The fraction of the window that frames took, with the stuff bits of their content: 1 is saturation. It can be more where there is no
/// wire (<c>vcan</c>), or when delayed frames arrive in a burst.
/// </param>
/// <param name="WorstCaseLoad">The same, if every frame had the maximum number of stuff bits for its length.</param>
/// <param name="Frames">The number of data and remote frames.</param>
/// <param name="Elapsed">The length of the window, as the scheduler's clock measured it.</param>
public readonly record struct CanBusLoad(double Load, double WorstCaseLoad, long Frames, TimeSpan Elapsed)
{
    // With the same digits in every culture.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Load = {Load}, WorstCaseLoad = {WorstCaseLoad}, Frames = {Frames}, Elapsed = {Elapsed}");
        return true;
    }
}
