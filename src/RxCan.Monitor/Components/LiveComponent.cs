using Microsoft.AspNetCore.Components;

namespace RxCan.Monitor.Components;

/// <summary>
/// A part of the page that follows the bus. The page's tick reaches all parts at once, so that what they draw is one message. A part is drawn
/// when it has news, unless the page is paused, and when the page changes what it shows. It has no parameters: these would draw it anyway.
/// </summary>
public abstract class LiveComponent : ComponentBase
{
    private long _tickSeen = -1;
    private int _versionSeen = -1;
    private bool _isIdle;

    [CascadingParameter(Name = "Tick")]
    private protected long Tick { get; set; }

    [Inject]
    private protected LiveBuses Buses { get; set; } = null!;

    [Inject]
    private protected View View { get; set; } = null!;

    /// <summary>Reads the state of the bus; returns whether to draw.</summary>
    protected virtual bool Update() => !View.IsPaused;

    /// <summary>The page shows something else: another filter, order or row, or a pause.</summary>
    protected virtual void OnViewChanged()
    {
    }

    protected override void OnParametersSet()
    {
        var isOther = View.Version != _versionSeen;
        _versionSeen = View.Version;
        if (isOther)
            OnViewChanged();
        if (Tick != _tickSeen)
        {
            _tickSeen = Tick;
            _isIdle = !Update() && !isOther;
        }
    }

    protected override bool ShouldRender()
    {
        var isIdle = _isIdle;
        _isIdle = false;
        return !isIdle;
    }
}
