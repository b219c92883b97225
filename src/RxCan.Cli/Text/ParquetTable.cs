using Parquet;
using Parquet.Schema;
using RxCan.Dbc;

namespace RxCan.Cli.Text;

/// <summary>
/// Decoded signals as a table in a Parquet file, a row for each value. It grows under another name beside its place, which it takes when it is
/// complete: there is no half-written file.
/// </summary>
internal sealed class ParquetTable : IDisposable
{
    private const int GroupRows = 250_000; // what a reader loads at once; some 15 MB of memory

    private readonly DataField<long> _time = new("time_ns");
    private readonly DataField<string> _bus = new("bus", false);
    private readonly DataField<string> _id = new("id", false);
    private readonly DataField<string> _message = new("message", false);
    private readonly DataField<string> _signal = new("signal", false);
    private readonly DataField<double> _value = new("value");
    private readonly DataField<long> _raw = new("raw");
    private readonly DataField<string> _name = new("name", true);
    private readonly DataField<string> _unit = new("unit", false);
    private readonly List<(long Time, string Bus, CanId Id, DecodedSignal Signal, string Message)> _rows = [];
    private readonly string _path;
    private readonly string _unfinished;
    private readonly FileStream _file;
    private readonly ParquetWriter _writer;
    private bool _isComplete;

    public ParquetTable(string path)
    {
        _path = path;
        _unfinished = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        _file = new FileStream(_unfinished, FileMode.CreateNew);
        _writer = ParquetWriter.CreateAsync(new ParquetSchema(_time, _bus, _id, _message, _signal, _value, _raw, _name, _unit), _file).GetAwaiter().GetResult();
    }

    /// <summary>How many values were written.</summary>
    public long Count { get; private set; }

    public void Add(in DecodedMessage message, string bus)
    {
        var time = message.Frame.UnixTimeNanoseconds;
        foreach (var signal in message)
            _rows.Add((time, bus, message.Id, signal, message.Name));
        if (_rows.Count >= GroupRows)
            WriteGroup().GetAwaiter().GetResult();
    }

    /// <summary>Writes the rest and puts the file in its place.</summary>
    public void Complete()
    {
        if (_rows.Count > 0)
            WriteGroup().GetAwaiter().GetResult();
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _file.Dispose();
        File.Move(_unfinished, _path, overwrite: true);
        _isComplete = true;
    }

    /// <summary>Without <see cref="Complete"/>, nothing is left.</summary>
    public void Dispose()
    {
        if (_isComplete)
            return;
        try
        {
            _file.Dispose(); // writes what is left, which fails again on a full disk
        }
        finally
        {
            File.Delete(_unfinished);
        }
    }

    private async Task WriteGroup()
    {
        using (var group = _writer.CreateRowGroup())
        {
            await group.WriteAsync<long>(_time, Column(row => row.Time));
            await group.WriteAsync(_bus, Column(row => row.Bus));
            await group.WriteAsync(_id, Column(row => row.Id.ToString()));
            await group.WriteAsync(_message, Column(row => row.Message));
            await group.WriteAsync(_signal, Column(row => row.Signal.Signal.Name));
            await group.WriteAsync<double>(_value, Column(row => row.Signal.Value));
            await group.WriteAsync<long>(_raw, Column(row => row.Signal.Raw));
            await group.WriteAsync(_name, Column(row => row.Signal.ValueName)!);
            await group.WriteAsync(_unit, Column(row => row.Signal.Signal.Unit));
        }

        Count += _rows.Count;
        _rows.Clear();
    }

    private T[] Column<T>(Func<(long Time, string Bus, CanId Id, DecodedSignal Signal, string Message), T> value) => [.. _rows.Select(value)];
}
