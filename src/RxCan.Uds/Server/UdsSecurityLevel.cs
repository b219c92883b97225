using System.Security.Cryptography;

namespace RxCan.Uds;

/// <summary>A security level of a server: its seeds, its key, and what happens to those who guess.</summary>
/// <remarks>Source: ISO 14229-1:2020, 10.4 and annex I.</remarks>
public sealed class UdsSecurityLevel
{
    private readonly Func<byte[], byte[]> _key;
    private readonly int _seedLength;

    /// <summary>A level with random seeds.</summary>
    /// <param name="level">The sub-function of requestSeed: an odd number from 1 to 7D. The key is sent with the next one.</param>
    /// <param name="key">The key for a seed.</param>
    /// <param name="seedLength">The length of the seed in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not odd, or not 1 to 7D; the length is not positive.</exception>
    public UdsSecurityLevel(int level, Func<byte[], byte[]> key, int seedLength = 4)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(seedLength, 1);
        if (level is < 1 or > 0x7D || level % 2 == 0)
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level must be an odd number from 1 to 7D: the sub-function of requestSeed.");
        Level = level;
        _key = key;
        _seedLength = seedLength;
    }

    /// <summary>The sub-function of requestSeed.</summary>
    public int Level { get; }

    /// <summary>Gives a seed; the data record of the request is in <see cref="UdsRequest.Data"/>. Random if null.</summary>
    public Func<UdsRequest, byte[]>? Seed { get; init; }

    /// <summary>How many wrong keys there may be before <see cref="LockOut"/>; at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int MaxAttempts
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There must be at least one attempt.");
    } = 3;

    /// <summary>How long no seed is given after too many wrong keys. Afterwards there is one more attempt until the next lock-out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan LockOut
    {
        get;
        init => field = ServerTime.NotNegative(value);
    } = TimeSpan.FromSeconds(10);

    /// <summary>How long no seed is given after the server starts and after a reset.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan StartDelay
    {
        get;
        init => field = ServerTime.NotNegative(value);
    }

    /// <summary>The length of the data record of requestSeed, in bytes.</summary>
    public int RecordLength { get; init; }

    /// <summary>The sessions and conditions in which it can be unlocked.</summary>
    public UdsAccess Access { get; init; } = UdsAccess.Always;

    internal byte[] NewSeed(UdsRequest request)
    {
        if (Seed is not null)
            return Seed(request);
        var seed = RandomNumberGenerator.GetBytes(_seedLength);
        seed[0] |= 1; // zeros mean that the level is unlocked
        return seed;
    }

    internal bool IsKey(byte[] seed, ReadOnlySpan<byte> key) => CryptographicOperations.FixedTimeEquals(_key(seed), key);

    internal byte[] NoSeed => new byte[_seedLength];
}
