using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RxCan.Cli.Text;

/// <summary>Writes objects, one a line.</summary>
internal sealed class JsonLines : IDisposable
{
    private readonly ArrayBufferWriter<byte> _line = new(1024);
    private readonly Utf8JsonWriter _writer;
    private readonly Action<ReadOnlySpan<byte>> _write;

    public JsonLines(Action<ReadOnlySpan<byte>> write)
    {
        _write = write;
        _writer = new Utf8JsonWriter(_line, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public JsonLines(Shell shell)
        : this(line =>
        {
            shell.HasResult = true;
            shell.Out.Write(line);
        })
    {
    }

    /// <summary>Begins an object.</summary>
    public Utf8JsonWriter Begin()
    {
        _line.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        return _writer;
    }

    /// <summary>Ends it, and writes its line.</summary>
    public void End() => _write(EndLine());

    /// <summary>Ends it, and writes its line elsewhere.</summary>
    public void EndIn(LineBuffer lines) => lines.AddLines(EndLine());

    /// <summary>Writes one object.</summary>
    public void Write(Action<Utf8JsonWriter> fill)
    {
        fill(Begin());
        End();
    }

    public void Dispose() => _writer.Dispose();

    private ReadOnlySpan<byte> EndLine()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        _line.Write("\n"u8);
        return _line.WrittenSpan;
    }
}
