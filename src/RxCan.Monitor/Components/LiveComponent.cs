using Microsoft.AspNetCore.Components;

namespace RxCan.Monitor.Components;

/// <summary>
/// A part of the page that follows the bus. It is drawn when the bus has news, unless the page is paused, and when the page changes what it
/// shows. A slow page skips what it missed. The component ends with its page.
/// </summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    private IDisposable? _subscription;
    private int _isWaiting;
    private bool _disposed;

    [Inject]
    private protected LiveBus Bus { get; set; } = null!;

    [Inject]
    private protected View View { get; set; } = null!;

    /// <summary>Reads the state of the bus; returns whether to draw.</summary>
    protected virtual ValueTask<bool> UpdateAsync() => new(!View.IsPaused);

    /// <summary>The page shows something else: another filter, order or row, or a pause.</summary>
    protected virtual void OnViewChanged()
    {
    }

    protected override void OnInitialized()
    {
        View.Changed += ViewChanged;
        _subscription = Bus.Updates.Subscribe(news =>
        {
            if (Interlocked.Exchange(ref _isWaiting, 1) == 0)
                _ = InvokeAsync(DrawAsync);
        });
    }

    public void Dispose()
    {
        _disposed = true;
        View.Changed -= ViewChanged;
        _subscription?.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task DrawAsync()
    {
        try
        {
            if (!_disposed && await UpdateAsync() && !_disposed)
                StateHasChanged();
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
        finally
        {
            Volatile.Write(ref _isWaiting, 0);
        }
    }

    private void ViewChanged()
    {
        OnViewChanged();
        StateHasChanged();
    }
}
