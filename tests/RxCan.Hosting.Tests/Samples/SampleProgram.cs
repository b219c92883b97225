using RxCan.Tests.Bus;

namespace RxCan.Tests.Samples;

/// <summary>A built sample that runs until it is told to end.</summary>
internal sealed class SampleProgram(string name, string arguments) : IDisposable
{
    private readonly Running _program = new("dotnet", $"exec {BuiltSample.Path(name)} {arguments}");

    public string Output => _program.Output;

    public void WaitForOutput(string text) => _program.WaitForOutput(output => output.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until something was written once more than before.</summary>
    public void WaitForAnother(string text, Action then)
    {
        var before = Count(Output);
        then();
        _program.WaitForOutput(output => Count(output) > before);

        int Count(string output) => output.Split(text).Length;
    }

    /// <summary>Ends it as a service manager does.</summary>
    public void AssertEndsOnSigterm()
    {
        Kernel.Run("kill", $"-TERM {_program.Id}");
        var status = _program.WaitForExit();
        Assert.True(status == 0, $"It ended with {status}: {Output}{_program.Errors}");
        Assert.Equal("", _program.Errors);
    }

    public void Dispose() => _program.Dispose();
}
