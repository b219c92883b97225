using RxCan.Bus;

namespace RxCan.J1939;

/// <summary>
/// The claim of a NAME to an address (SAE J1939-81). A state machine: claims, requests and time in; claims to send, a deadline and events out.
/// </summary>
/// <param name="name">The NAME.</param>
/// <param name="options">How to claim.</param>
/// <param name="others">Which other NAME has which address.</param>
internal sealed class AddressClaim(J1939Name name, J1939ClaimOptions options, NameTable others)
{
    private static readonly TimeSpan Objection = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan DelayStep = TimeSpan.FromMilliseconds(0.6); // before a cannot-claim, times 0 to 255, so that not all nodes send at once

    private readonly Queue<J1939Claim> _news = new();
    private int _claims;
    private bool _isDelayed; // a cannot-claim is due at the deadline

    /// <summary>The address that is being claimed or has been claimed; the null address for none.</summary>
    public byte Address { get; private set; } = J1939Address.Null;

    /// <summary>Whether the node has the address.</summary>
    public bool IsClaimed { get; private set; }

    /// <summary>When to call <see cref="OnTime"/>.</summary>
    public TimeSpan Deadline { get; private set; } = DueTime.Never;

    /// <summary>Whether a claim must be sent, from <see cref="Address"/>.</summary>
    public bool TryTakeClaim()
    {
        if (_claims == 0)
            return false;
        _claims--;
        return true;
    }

    public bool TryGetNews(out J1939Claim news) => _news.TryDequeue(out news);

    /// <summary>Claims the first address, or another one at once if it is free to and a NAME that has priority is known to have the first.</summary>
    public void Start(byte preferred, TimeSpan now)
    {
        if (name.IsArbitraryAddressCapable && others[preferred] is { } holder && holder < name)
            Lose(preferred, holder, now);
        else
            Claim(preferred);
    }

    /// <summary>A claim was sent: the others have some time to object.</summary>
    public void OnSent(TimeSpan now)
    {
        if (Address <= J1939Address.Max && !IsClaimed)
            Deadline = now + Objection;
    }

    /// <summary>Handles another node's claim.</summary>
    public void OnClaim(byte address, J1939Name contender, TimeSpan now)
    {
        if (address != Address || address > J1939Address.Max)
            return;
        if (name < contender)
        {
            _claims++;
            return;
        }

        Lose(address, contender, now);
    }

    /// <summary>Handles a request for address claimed.</summary>
    public void OnRequest(TimeSpan now)
    {
        if (Address <= J1939Address.Max)
            _claims++;
        else if (!_isDelayed)
            Delay(now);
    }

    /// <summary>Handles a commanded address message for this NAME.</summary>
    public void OnCommand(byte address)
    {
        if (options.ObeyCommands && address <= J1939Address.Max && address != Address)
            Claim(address);
    }

    public void OnTime(TimeSpan now)
    {
        if (Deadline > now)
            return;
        Deadline = DueTime.Never;
        if (_isDelayed)
        {
            _isDelayed = false;
            _claims++;
        }
        else if (Address <= J1939Address.Max && !IsClaimed)
        {
            IsClaimed = true;
            _news.Enqueue(new(J1939ClaimState.Claimed, Address));
        }
    }

    private void Claim(byte address)
    {
        (Address, IsClaimed, _isDelayed, Deadline) = (address, false, false, DueTime.Never);
        _claims = 1;
        _news.Enqueue(new(J1939ClaimState.Claiming, address));
    }

    private void Lose(byte address, J1939Name contender, TimeSpan now)
    {
        _news.Enqueue(new(J1939ClaimState.Lost, address, contender));
        if (name.IsArbitraryAddressCapable && Next() is { } next)
        {
            Claim(next);
            return;
        }

        (Address, IsClaimed) = (J1939Address.Null, false);
        _news.Enqueue(new(J1939ClaimState.CannotClaim, J1939Address.Null));
        Delay(now);
    }

    private void Delay(TimeSpan now)
    {
        _isDelayed = true;
        Deadline = now + (DelayStep * (byte)(name.Value ^ name.Value >> 8 ^ name.Value >> 16 ^ name.Value >> 32 ^ name.Value >> 48));
    }

    /// <summary>The first free address of the range, otherwise that of a NAME that must yield; null if there is none.</summary>
    private byte? Next()
    {
        byte? contested = null;
        foreach (var address in options.Range)
        {
            if (others[address] is not { } holder)
                return address;
            if (name < holder)
                contested ??= address;
        }

        return contested;
    }
}
