using System.Globalization;
using System.Text.Json;
using RxCan.Dbc;
using RxCan.J1939;

namespace RxCan.Cli.Text;

/// <summary>Which values a decoded signal shows.</summary>
internal enum SignalValues
{
    /// <summary>In the signal's unit.</summary>
    Physical,

    /// <summary>Without factor and offset.</summary>
    Raw,

    /// <summary>The name of the value, or the physical value if it has none.</summary>
    Named,
}

/// <summary>Databases that decode together: the first that knows a frame does.</summary>
internal sealed class Databases
{
    private readonly CanDatabase[] _databases;

    private Databases(CanDatabase[] databases) => _databases = databases;

    public bool IsEmpty => _databases.Length == 0;

    /// <summary>Reads the files. A faulty one is used as far as it goes; that is said.</summary>
    public static Databases Load(Shell shell, string[]? paths) => new([.. (paths ?? []).Select(path => LoadOne(shell, path))]);

    public static CanDatabase LoadOne(Shell shell, string path, bool isQuiet = false)
    {
        InputFile.Check(path);
        var database = CanDatabase.Load(path);
        if (!isQuiet && database.Diagnostics.Count(d => d.Severity == DbcSeverity.Error) is > 0 and var errors)
            shell.Say($"{path}: {errors} fault{(errors == 1 ? "" : "s")}; see: rxcan dbc {path} --check");
        return database;
    }

    public DecodedMessage? Decode(in CanFrame frame)
    {
        foreach (var database in _databases)
        {
            if (database.Decode(frame) is { } message)
                return message;
        }

        return null;
    }

    public DecodedMessage? Decode(J1939Message message) => _databases.Select(database => database.Decode(message)).FirstOrDefault(decoded => decoded is not null);

    /// <summary>The message of a name.</summary>
    public DbcMessage Message(string name) =>
        _databases.Select(d => d.TryGet(name, out var message) ? message : null).FirstOrDefault(m => m is not null) ??
        throw new UsageException(IsEmpty ? $"'{name}' is not a frame; for a message's name, say in which database: --dbc FILE." : $"No database has a message {name}.");
}

/// <summary>Decoded messages in the output.</summary>
internal static class SignalText
{
    /// <summary>Writes the members <c>message</c> and <c>signals</c>.</summary>
    public static void Write(Utf8JsonWriter json, in DecodedMessage message, SignalValues values)
    {
        json.WriteString("message"u8, message.Name);
        json.WriteStartObject("signals"u8);
        foreach (var signal in message)
        {
            json.WritePropertyName(signal.Signal.Name);
            if (values == SignalValues.Named && signal.ValueName is { } name)
                json.WriteStringValue(name);
            else
                WriteNumber(json, signal, values == SignalValues.Raw);
        }

        json.WriteEndObject();
    }

    /// <summary>A value as text; a number has all its digits.</summary>
    public static string Value(in DecodedSignal signal, SignalValues values)
    {
        if (values == SignalValues.Named && signal.ValueName is { } name)
            return name;
        var isRaw = values == SignalValues.Raw;
        return IsInteger(signal.Signal, isRaw)
            ? signal.Signal.Kind == DbcSignalKind.Unsigned ? ((ulong)signal.Raw).ToString(CultureInfo.InvariantCulture) : signal.Raw.ToString(CultureInfo.InvariantCulture)
            : Number(signal, isRaw).ToString("R", CultureInfo.InvariantCulture);
    }

    private static void WriteNumber(Utf8JsonWriter json, in DecodedSignal signal, bool isRaw)
    {
        if (!IsInteger(signal.Signal, isRaw))
            Format.Number(json, Number(signal, isRaw));
        else if (signal.Signal.Kind == DbcSignalKind.Unsigned)
            json.WriteNumberValue((ulong)signal.Raw);
        else
            json.WriteNumberValue(signal.Raw);
    }

    // An integer is exact, also beyond 2^53.
    private static bool IsInteger(DbcSignal signal, bool isRaw) =>
        signal.Kind is DbcSignalKind.Unsigned or DbcSignalKind.Signed && (isRaw || (signal.Factor == 1 && signal.Offset == 0));

    private static double Number(in DecodedSignal signal, bool isRaw) => (isRaw, signal.Signal.Kind) switch
    {
        (true, DbcSignalKind.Float) => BitConverter.Int32BitsToSingle((int)signal.Raw),
        (true, DbcSignalKind.Double) => BitConverter.Int64BitsToDouble(signal.Raw),
        _ => signal.Value,
    };
}
