using System.Collections;

namespace RxCan.Uds;

/// <summary>The trouble codes of a server, in the order in which they were added. It may be changed while it is served.</summary>
public sealed class UdsDtcStore : IEnumerable<UdsStoredDtc>
{
    private const UdsDtcStatus FailedBits = UdsDtcStatus.TestFailed | UdsDtcStatus.TestFailedThisOperationCycle | UdsDtcStatus.Pending
        | UdsDtcStatus.TestFailedSinceLastClear;

    private readonly Lock _gate = new();
    private readonly Dictionary<(byte? Memory, uint Code), int> _index = [];
    private readonly List<UdsStoredDtc> _codes = [];
    private readonly Dictionary<uint, Func<UdsStoredDtc, bool>> _groups = [];
    private readonly uint?[] _notable = new uint?[4]; // by report, from FirstTestFailed on
    private volatile int _frozen; // how many servers have switched the setting off
    private event Action<UdsStoredDtc, UdsStoredDtc>? StatusChanged;

    /// <summary>The status bits that are supported; others are reported as 0.</summary>
    public UdsDtcStatus Availability { get; set; } = UdsDtcStatus.All;

    /// <summary>How the codes are to be read.</summary>
    public UdsDtcFormat Format { get; set; } = UdsDtcFormat.SaeJ2012Format04;

    /// <summary>Whether ControlDTCSetting has switched off changes of the status by <see cref="Report"/>.</summary>
    public bool IsFrozen => _frozen > 0;

    internal bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _codes.Count == 0;
        }
    }

    /// <summary>Adds a code.</summary>
    /// <param name="code">The code, three bytes.</param>
    /// <param name="status">Its status.</param>
    public void Add(uint code, UdsDtcStatus status = UdsStoredDtc.Cleared) => Set(new(code) { Status = status });

    /// <summary>Adds a code, or replaces it.</summary>
    /// <param name="dtc">The code and what is stored with it.</param>
    public void Add(UdsStoredDtc dtc) => Set(dtc);

    /// <summary>Adds a group that ClearDiagnosticInformation can name. All codes (FFFFFF), emissions (FFFF33) and each code are always such groups.</summary>
    /// <param name="group">The group, three bytes.</param>
    /// <param name="contains">Whether a code belongs to it.</param>
    public void AddGroup(uint group, Func<UdsStoredDtc, bool> contains)
    {
        ArgumentNullException.ThrowIfNull(contains);
        lock (_gate)
            _groups[group] = contains;
    }

    /// <summary>The code; null if there is none.</summary>
    /// <param name="code">The code, three bytes.</param>
    /// <param name="memory">The user-defined memory; null for the primary one.</param>
    public UdsStoredDtc? Find(uint code, byte? memory = null)
    {
        lock (_gate)
            return _index.TryGetValue((memory, code), out var at) ? _codes[at] : null;
    }

    /// <summary>Adds a code, or replaces it.</summary>
    /// <param name="dtc">The code and what is stored with it.</param>
    public void Set(UdsStoredDtc dtc)
    {
        ArgumentNullException.ThrowIfNull(dtc);
        Change(dtc.Memory, dtc.Code, _ => dtc);
    }

    /// <summary>
    /// Takes the result of a test, which changes the status as annex D.2 of ISO 14229-1:2020 says; nothing while <see cref="IsFrozen"/>.
    /// Unknown codes are added.
    /// </summary>
    /// <param name="code">The code, three bytes.</param>
    /// <param name="failed">Whether the test failed.</param>
    /// <param name="confirmed">Whether it has failed often enough to be confirmed.</param>
    public void Report(uint code, bool failed, bool confirmed = false)
    {
        if (IsFrozen)
            return;
        Change(null, code, dtc =>
        {
            dtc ??= new(code);
            var status = dtc.Status & ~UdsStoredDtc.Cleared;
            status = failed ? status | FailedBits | (confirmed ? UdsDtcStatus.Confirmed : 0) : status & ~UdsDtcStatus.TestFailed;
            return dtc with { Status = status, FaultDetectionCounter = failed ? sbyte.MaxValue : sbyte.MinValue };
        });
    }

    /// <summary>Begins an operation cycle: what did not fail in the last one is no longer pending.</summary>
    public void BeginOperationCycle()
    {
        if (IsFrozen)
            return;
        foreach (var dtc in this)
        {
            Change(dtc.Memory, dtc.Code, now => (now ?? dtc) is var old && (old.Status & UdsDtcStatus.TestFailedThisOperationCycle) == 0
                && (old.Status & UdsDtcStatus.TestNotCompletedThisOperationCycle) == 0
                ? Begun(old) with { Status = Begun(old).Status & ~UdsDtcStatus.Pending }
                : Begun(old));
        }
    }

    /// <summary>The codes at this moment.</summary>
    public IEnumerator<UdsStoredDtc> GetEnumerator()
    {
        lock (_gate)
            return _codes.ToList().GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Clears a group of a memory, the primary one if null; false if there is no such group.</summary>
    internal bool Clear(uint group, byte? memory)
    {
        Func<UdsStoredDtc, bool>? isMember;
        lock (_gate)
        {
            if (!_groups.TryGetValue(group, out isMember))
            {
                isMember = group switch
                {
                    UdsDtcGroup.All => _ => true,
                    UdsDtcGroup.Emissions => dtc => dtc.IsEmissions,
                    _ => _index.ContainsKey((memory, group)) ? dtc => dtc.Code == group : null,
                };
            }

            if (isMember is null || (memory is not null && !_codes.Exists(dtc => dtc.Memory == memory)))
                return false;
        }

        foreach (var dtc in this)
        {
            if (dtc.Memory != memory || !isMember(dtc))
                continue;
            Change(memory, dtc.Code, old => (old ?? dtc) with
            {
                Status = UdsStoredDtc.Cleared,
                FaultDetectionCounter = 0,
                Snapshots = new Dictionary<byte, IReadOnlyList<(ushort, byte[])>>(),
                ExtendedData = new Dictionary<byte, byte[]>(),
            });
        }

        lock (_gate)
        {
            foreach (ref var code in _notable.AsSpan())
            {
                if (code is { } cleared && _index.TryGetValue((null, cleared), out var at) && _codes[at].Status == UdsStoredDtc.Cleared)
                    code = null;
            }
        }

        return true;
    }

    /// <summary>The first or the most recent code that failed or was confirmed, reports 0B to 0E.</summary>
    internal UdsStoredDtc? Notable(UdsDtcReport report)
    {
        lock (_gate)
            return _notable[report - UdsDtcReport.FirstTestFailed] is { } code && _index.TryGetValue((null, code), out var at) ? _codes[at] : null;
    }

    internal void Freeze(bool isFrozen) => Interlocked.Add(ref _frozen, isFrozen ? 1 : -1);

    /// <summary>Calls a function with the old and the new code whenever a status has changed.</summary>
    internal IDisposable Watch(Action<UdsStoredDtc, UdsStoredDtc> changed)
    {
        StatusChanged += changed;
        return System.Reactive.Disposables.Disposable.Create(() => StatusChanged -= changed);
    }

    private static UdsStoredDtc Begun(UdsStoredDtc dtc) => dtc with
    {
        Status = (dtc.Status & ~UdsDtcStatus.TestFailedThisOperationCycle) | UdsDtcStatus.TestNotCompletedThisOperationCycle,
    };

    private void Change(byte? memory, uint code, Func<UdsStoredDtc?, UdsStoredDtc> change)
    {
        UdsStoredDtc? old;
        UdsStoredDtc changed;
        lock (_gate)
        {
            var isKnown = _index.TryGetValue((memory, code), out var at);
            old = isKnown ? _codes[at] : null;
            changed = change(old);
            if (isKnown)
            {
                _codes[at] = changed;
            }
            else
            {
                _index.Add((memory, code), _codes.Count);
                _codes.Add(changed);
            }

            if (memory is null)
                Note(old?.Status ?? 0, changed);
        }

        if (old is not null && old.Status != changed.Status)
            StatusChanged?.Invoke(old, changed);
    }

    private void Note(UdsDtcStatus old, UdsStoredDtc dtc)
    {
        var isNew = dtc.Status & ~old;
        if ((isNew & UdsDtcStatus.TestFailed) != 0)
        {
            _notable[0] ??= dtc.Code;
            _notable[2] = dtc.Code;
        }

        if ((isNew & UdsDtcStatus.Confirmed) != 0)
        {
            _notable[1] ??= dtc.Code;
            _notable[3] = dtc.Code;
        }
    }
}
