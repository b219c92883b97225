using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan.J1939;

/// <content>The claim to an address.</content>
internal sealed partial class J1939Node
{
    private const int CommandLength = 9;

    private readonly NameTable _others = new(); // claims heard since the node was opened
    private Claiming? _claim;

    public IObservable<J1939Claim> ClaimAddress(byte preferred, J1939ClaimOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(preferred, J1939Address.Max);
        if (Name is not { } name)
            throw new InvalidOperationException("The node was opened by address and has no NAME to claim an address for. Open it with a J1939Name.");
        options ??= J1939ClaimOptions.Default;
        return Observable.Create<J1939Claim>(observer =>
        {
            var service = new J1939Service<J1939Claim>(s => _mailbox.Do(() => StopClaim(s)), observer);
            _mailbox.Do(() => StartClaim(name, preferred, options, service));
            return service;
        }).From(Bus);
    }

    private void StartClaim(J1939Name name, byte preferred, J1939ClaimOptions options, J1939Service<J1939Claim> service)
    {
        if (IsDisposed)
        {
            _mailbox.Note(() => service.End(null));
            return;
        }

        if (service.IsDisposed)
            return;
        if (_claim is not null)
        {
            _mailbox.Note(() => service.End(
                new InvalidOperationException($"{name} already claims an address. Dispose that subscription first: a node has only one at a time.")));
            return;
        }

        _claim = new(new(name, options, _others), service);
        Refresh();
        _claim.State.Start(preferred, _claimTimer.Now);
        Advance();
    }

    private void StopClaim(J1939Service<J1939Claim> service)
    {
        if (_claim?.Service != service)
            return;
        ReleaseAddress();
        Refresh();
    }

    /// <summary>Sends a cannot-claim: the NAME no longer has an address.</summary>
    private void ReleaseAddress()
    {
        if (_claim is not { } claim)
            return;
        _claim = null;
        _claimTimer.Set(null);
        _address = J1939Address.Null;
        if (claim.State.Address > J1939Address.Max || Active is null)
            return;
        Active.SetAddress(J1939Address.Null);
        SendClaim();
    }

    /// <summary>Handles the messages that affect the claim.</summary>
    private void OnManagement(J1939Message message)
    {
        var (state, now) = (_claim?.State, _claimTimer.Now);
        var data = message.Data.Span;
        if (message.Pgn == J1939Pgn.AddressClaimed && data.Length == sizeof(ulong))
            OnClaim(message.Source, J1939Name.Read(data), now);
        else if (message.Pgn == J1939Pgn.Request && data.Length >= 3 && J1939Pgn.Read(data) == J1939Pgn.AddressClaimed)
            state?.OnRequest(now);
        else if (message.Pgn == J1939Pgn.CommandedAddress && data.Length == CommandLength && J1939Name.Read(data[..sizeof(ulong)]) == Name)
            state?.OnCommand(data[sizeof(ulong)]);
        else
            return;
        Advance();
    }

    private void OnClaim(byte address, J1939Name name, TimeSpan now)
    {
        if (name != Name)
        {
            _others.OnClaim(address, name);
            _claim?.State.OnClaim(address, name, now);
        }
        else if (address <= J1939Address.Max)
        {
            _errors.OnNext(J1939Failure.SameName(name, address));
        }
    }

    /// <summary>Carries out what the claim requires, and reports it.</summary>
    private void Advance()
    {
        while (_claim is { } claim)
        {
            if (claim.Address != claim.State.Address)
            {
                claim.Address = claim.State.Address;
                _address = J1939Address.Null;
                Active?.SetAddress(claim.Address);
            }
            else if (claim.State.TryTakeClaim())
            {
                SendClaim();
            }
            else if (claim.State.TryGetNews(out var news))
            {
                _address = claim.State.IsClaimed ? claim.State.Address : J1939Address.Null;
                _mailbox.Note(() => claim.Service.OnNext(news));
            }
            else
            {
                break;
            }
        }

        _claimTimer.Set(_claim?.State.Deadline);
    }

    private void OnClaimTime()
    {
        if (_claim is not { } claim || !_claimTimer.IsElapsed())
            return;
        claim.State.OnTime(_claimTimer.Now);
        Advance();
    }

    private void SendClaim()
    {
        var transfer = new J1939Transfer(J1939Pgn.AddressClaimed, Name!.Value.ToBytes(), J1939Address.Global, 6) { IsClaim = true };
        Track(transfer);
        Active?.Send(transfer);
    }

    private void OnClaimSent(Exception? error)
    {
        if (_claim is not { } claim)
            return;
        if (error is null)
        {
            claim.State.OnSent(_claimTimer.Now);
            Advance();
            return;
        }

        _claim = null;
        _claimTimer.Set(null);
        _address = J1939Address.Null;
        claim.Service.End(error);
        Refresh();
    }

    private void EndClaim(Exception? error)
    {
        var claim = _claim;
        _claim = null;
        _others.Clear();
        _claimTimer.Set(null);
        if (Name is not null)
            _address = J1939Address.Null;
        claim?.Service.End(error);
    }

    private sealed class Claiming(AddressClaim state, J1939Service<J1939Claim> service)
    {
        public AddressClaim State => state;

        public J1939Service<J1939Claim> Service => service;

        /// <summary>The address that the engine was given.</summary>
        public byte Address { get; set; } = J1939Address.Null;
    }
}
