namespace RxCan.Tests;

/// <summary>Replaces the console.</summary>
internal sealed class ConsoleRecorder
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public void WriteLine(object? value)
    {
        lock (_lines)
            _lines.Add($"{value}");
    }

    public IReadOnlyList<string> WaitForLines(int count)
    {
        Assert.True(SpinWait.SpinUntil(() => Lines.Count >= count, TimeSpan.FromSeconds(20)), $"Waited for {count} lines: {string.Join('\n', Lines)}");
        return Lines;
    }
}
