using System.Diagnostics;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;

namespace RxCan.Benchmarks.Dbc;

/// <summary>
/// All six signals of each frame, into a structure: with the generated type, and with a C program (<c>extract.c</c>, <c>-O2</c>) on the same frames in
/// memory, which is called once for all of them. Then the same of data without frames, 8 bytes after each other.
/// </summary>
public unsafe class GeneratedBenchmarks
{
    private readonly CanFrame[] _frames = new CanFrame[Traffic.Count];
    private readonly byte[] _data = new byte[Traffic.Count * CanFrame.MaxLength];
    private readonly Engine[] _engines = new Engine[Traffic.Count];
    private delegate* unmanaged<CanFrame*, int, Engine*, void> _extract;
    private delegate* unmanaged<byte*, int, int, Engine*, void> _extractData;

    [GlobalSetup]
    public void Setup()
    {
        new Random(1).NextBytes(_data);
        for (var i = 0; i < _frames.Length; i++)
            _frames[i] = new(0x123, _data.AsSpan(i * CanFrame.MaxLength, CanFrame.MaxLength));

        var library = Path.Combine(Path.GetTempPath(), $"rxcan-extract-{Environment.ProcessId}.so");
        using (var compiler = Process.Start("cc", ["-O2", "-shared", "-fPIC", "-o", library, Path.Combine(AppContext.BaseDirectory, "Dbc", "extract.c")]))
        {
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
                throw new InvalidOperationException("The C program does not compile.");
        }

        var loaded = NativeLibrary.Load(library);
        _extract = (delegate* unmanaged<CanFrame*, int, Engine*, void>)NativeLibrary.GetExport(loaded, "extract");
        _extractData = (delegate* unmanaged<byte*, int, int, Engine*, void>)NativeLibrary.GetExport(loaded, "extract_data");
        File.Delete(library);
        C();
        var expected = _engines.ToArray();
        foreach (var extract in (Action[])[Generated, CData, GeneratedData])
        {
            Array.Clear(_engines);
            extract();
            if (!_engines.SequenceEqual(expected))
                throw new InvalidOperationException($"{extract.Method.Name} differs from C.");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Traffic.Count)]
    public void C()
    {
        fixed (CanFrame* frames = _frames)
        fixed (Engine* engines = _engines)
            _extract(frames, _frames.Length, engines);
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void Generated()
    {
        fixed (CanFrame* frames = _frames)
        fixed (Engine* engines = _engines)
        {
            for (var i = 0; i < Traffic.Count; i++)
            {
                if (Vehicle.EngineData.TryDecode(frames[i], out var message))
                    engines[i] = new(message);
            }
        }
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void CData()
    {
        fixed (byte* data = _data)
        fixed (Engine* engines = _engines)
            _extractData(data, CanFrame.MaxLength, _engines.Length, engines);
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void GeneratedData()
    {
        ReadOnlySpan<byte> data = _data;
        foreach (ref var engine in _engines.AsSpan())
        {
            if (Vehicle.EngineData.TryDecode(data, out var message))
                engine = new(message);
            data = data[CanFrame.MaxLength..];
        }
    }

    /// <summary>As in <c>extract.c</c>.</summary>
    private readonly record struct Engine(double Speed, double Torque, int Temperature, int Gear, int Running, int Counter)
    {
        public Engine(Vehicle.EngineData message)
            : this(message.EngineSpeed, message.Torque, message.CoolantTemperature, (int)message.Gear, message.IsRunning ? 1 : 0, message.Counter)
        {
        }
    }
}
