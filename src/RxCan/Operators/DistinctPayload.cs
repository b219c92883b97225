using System.Reactive.Linq;
using System.Runtime.InteropServices;
using RxCan.Bus;

namespace RxCan;

/// <content>Changes of content.</content>
public static partial class CanObservable
{
    /// <summary>
    /// The frames whose data differs from that of the previous frame of their identifier, in length or in a bit of the mask; the first
    /// frame of each identifier passes. Data frames, remote frames and each class of error frames are compared separately.
    /// </summary>
    /// <remarks>Keeps 90 bytes for each identifier that it has seen; frames cost no allocation.</remarks>
    /// <param name="frames">The frames.</param>
    /// <param name="mask">The bits to compare, byte by byte; bytes after its end are ignored. If null, every bit.</param>
    /// <exception cref="ArgumentException">The mask is empty or longer than <see cref="CanFrame.MaxFdLength"/>.</exception>
    public static IObservable<CanFrame> DistinctPayload(this IObservable<CanFrame> frames, byte[]? mask = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (mask is { Length: 0 or > CanFrame.MaxFdLength })
            throw new ArgumentException($"The mask must have 1 to {CanFrame.MaxFdLength} bytes, not {mask.Length}.", nameof(mask));
        var bits = mask?.ToArray();
        return Observable.Defer(() =>
        {
            var latest = new Dictionary<uint, CanFrame>();
            return frames.Where(frame =>
            {
                ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(latest, frame.RawId, out var known);
                if (known && SamePayload(last, frame, bits))
                    return false;
                last = frame;
                return true;
            });
        }).From(frames);
    }

    private static bool SamePayload(in CanFrame left, in CanFrame right, byte[]? mask)
    {
        var a = left.Data;
        var b = right.Data;
        if (mask is null || left.Length != right.Length)
            return left.Length == right.Length && a.SequenceEqual(b);
        var count = Math.Min(a.Length, mask.Length);
        for (var i = 0; i < count; i++)
        {
            if (((a[i] ^ b[i]) & mask[i]) != 0)
                return false;
        }

        return true;
    }
}
