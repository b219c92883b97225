using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;

namespace RxCan.Benchmarks.Dbc;

/// <summary>
/// All six signals of each frame: with the generated type, and with a C program (<c>extract.c</c>, <c>-O2</c>) on the same frames, which is called
/// once for all of them.
/// </summary>
public unsafe class GeneratedBenchmarks
{
    private readonly CanFrame[] _frames = new CanFrame[Traffic.Count];
    private readonly byte[] _kernelFrames = new byte[Traffic.Count * KernelFrameSize];
    private delegate* unmanaged<byte*, int, Sums*, void> _extract;

    private const int KernelFrameSize = 16; // struct can_frame

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (var i = 0; i < _frames.Length; i++)
        {
            var kernelFrame = _kernelFrames.AsSpan(i * KernelFrameSize, KernelFrameSize);
            BinaryPrimitives.WriteUInt32LittleEndian(kernelFrame, 0x123);
            kernelFrame[4] = 8;
            random.NextBytes(kernelFrame[8..]);
            _frames[i] = new(0x123, kernelFrame[8..]);
        }

        var library = Path.Combine(Path.GetTempPath(), $"rxcan-extract-{Environment.ProcessId}.so");
        using (var compiler = Process.Start("cc", ["-O2", "-shared", "-fPIC", "-o", library, Path.Combine(AppContext.BaseDirectory, "Dbc", "extract.c")]))
        {
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
                throw new InvalidOperationException("The C program does not compile.");
        }

        _extract = (delegate* unmanaged<byte*, int, Sums*, void>)NativeLibrary.GetExport(NativeLibrary.Load(library), "extract");
        File.Delete(library);
        if (C() != Generated())
            throw new InvalidOperationException($"The sums differ: {C()}, {Generated()}.");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Traffic.Count)]
    public Sums C()
    {
        Sums sums;
        fixed (byte* frames = _kernelFrames)
            _extract(frames, _frames.Length, &sums);
        return sums;
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public Sums Generated()
    {
        var (speed, torque) = (0.0, 0.0);
        var (temperature, gear, running, counter) = (0L, 0L, 0L, 0L);
        foreach (ref readonly var frame in _frames.AsSpan())
        {
            if (!Vehicle.EngineData.TryDecode(frame, out var engine))
                continue;
            speed += engine.EngineSpeed;
            temperature += engine.CoolantTemperature;
            gear += (int)engine.Gear;
            running += engine.IsRunning ? 1 : 0;
            torque += engine.Torque;
            counter += engine.Counter;
        }

        return new(speed, torque, temperature, gear, running, counter);
    }

    /// <summary>As in <c>extract.c</c>.</summary>
    public readonly record struct Sums(double Speed, double Torque, long Temperature, long Gear, long Running, long Counter);
}
