using System.IO.Compression;
using System.Text.Json;
using RxCan.Dbc;

namespace RxCan.Tests.Codec;

/// <summary>Payloads of public databases' messages, and the values that cantools decodes from them.</summary>
[Trait("Length", "Long")]
public sealed class CodecCorpusTests
{
    private const int Payloads = 6430;
    private const int Values = 52_614;

    /// <summary>
    /// What cantools does not decode: the signals of a multiplexer that the file writes as <c>m</c>, not <c>M</c>.
    /// </summary>
    private static readonly HashSet<(string Message, string Signal)> More =
        [("Motor_2", "MO2_CAN_Vers"), ("Motor_2", "MO2_Motor_Code"), ("Motor_2", "MO2_Getr_Code"), ("Motor_2", "MO2_max_Mo")];

    /// <summary>Several files have messages with the same identifier, so they are found by name too.</summary>
    [Fact]
    public void All_values_are_those_of_cantools_and_encoding_them_gives_the_same_bits()
    {
        var (payloads, values) = (0, 0);
        foreach (var payload in Expected())
        {
            payloads++;
            var message = payload.Message;
            var decoded = message.Decode(payload.Data);
            var present = new Dictionary<string, DecodedSignal>();
            foreach (var signal in decoded)
                present.Add(signal.Signal.Name, signal);
            string[] more = [.. present.Keys.Except(payload.Signals.Keys)];
            Assert.True(more.Length == 0 || more.All(name => More.Contains((message.Name, name))), $"{payload}: {string.Join(", ", more)}");
            foreach (var (name, expected) in payload.Signals)
            {
                values++;
                Same(payload, present[name], expected);
            }

            // Only signals' bits are written: the rest is what encoding begins with.
            var mask = new byte[message.Length];
            var again = new byte[message.Length];
            foreach (var signal in decoded)
            {
                signal.Signal.Encode(SignalValue.Raw(signal.Raw), again);
                signal.Signal.Encode(SignalValue.Raw(signal.Signal.Kind == DbcSignalKind.Signed ? -1 : Ones(signal.Signal.Length)), mask);
            }

            Assert.Equal(mask.Zip(payload.Data, (m, d) => (byte)(m & d)), again);
            (string, SignalValue)[] named = [.. decoded.Select(signal => (signal.Signal.Name, SignalValue.Raw(signal.Raw)))];
            var whole = message.EncodeData(named);
            Assert.Equal(again, mask.Zip(whole, (m, d) => (byte)(m & d)));
            foreach (var signal in decoded)
            {
                // What a double can hold, the value in the signal's unit gives back too.
                if (signal.Signal.Length <= 48 && signal.Signal.Kind < DbcSignalKind.Float && IsInRange(signal))
                {
                    signal.Signal.Encode(signal.Value, whole);
                    Assert.Equal(signal.Raw, signal.Signal.DecodeRaw(whole));
                }
            }
        }

        Assert.Equal((Payloads, Values), (payloads, values));
    }

    [Fact]
    public void Every_message_takes_data_of_any_length_and_can_be_encoded_from_its_start_values()
    {
        var random = new Random(1);
        var data = new byte[CanFrame.MaxFdLength];
        foreach (var entry in Corpus.Entries)
        {
            var database = Corpus.Load(entry.File);
            foreach (var message in database.Messages)
            {
                Assert.Equal(message.Length, message.EncodeData().Length);
                foreach (var length in (int[])[0, random.Next(8), 8, random.Next(64)])
                {
                    random.NextBytes(data);
                    var decoded = message.Decode(data.AsMemory(0, length));
                    Assert.All(decoded, signal => Assert.True(signal.Signal.RequiredLength <= length));
                    Assert.StartsWith($"{message.Name} {{ ", decoded.ToString(), StringComparison.Ordinal);
                }

                Assert.True(database.Filter.Matches(new CanFrame(message.Id, [])));
                Assert.NotNull(database.Decode(new CanFrame(message.Id, [])));
            }
        }
    }

    private static bool IsInRange(DecodedSignal signal) =>
        signal.Signal.Minimum is not { } lowest || (signal.Value >= lowest && signal.Value <= signal.Signal.Maximum);

    private static long Ones(int length) => (long)(ulong.MaxValue >> (64 - length));

    private static void Same(Payload payload, DecodedSignal signal, JsonElement expected)
    {
        var what = $"{payload}, {signal}: {expected}";
        var raw = expected[0];
        var physical = expected[expected.GetArrayLength() - 1];
        switch (signal.Signal.Kind)
        {
            case DbcSignalKind.Unsigned:
                Assert.True(raw.GetUInt64() == (ulong)signal.Raw, what);
                break;
            case DbcSignalKind.Signed:
                Assert.True(raw.GetInt64() == signal.Raw, what);
                break;
            default:
                var number = signal.Signal.Kind == DbcSignalKind.Float
                    ? BitConverter.UInt32BitsToSingle((uint)signal.Raw)
                    : BitConverter.Int64BitsToDouble(signal.Raw);
                Assert.True(raw.ValueKind == JsonValueKind.String ? double.IsNaN(number) : raw.GetDouble() == number, what);
                break;
        }

        if (physical.ValueKind == JsonValueKind.String)
            Assert.True(double.IsNaN(signal.Value), what);
        else
            Assert.True(Math.Abs(physical.GetDouble() - signal.Value) <= 1e-12 * Math.Abs(physical.GetDouble()), what);
    }

    private static IEnumerable<Payload> Expected()
    {
        using var file = new GZipStream(File.OpenRead(Path.Combine(Corpus.Folder, "expected.jsonl.gz")), CompressionMode.Decompress);
        using var lines = new StreamReader(file);
        var databases = new Dictionary<string, CanDatabase>();
        while (lines.ReadLine() is { } line)
        {
            var item = JsonDocument.Parse(line).RootElement;
            var name = item.GetProperty("f").GetString()!;
            if (!databases.TryGetValue(name, out var database))
                databases.Add(name, database = Corpus.Load(name));
            var id = item.GetProperty("id").GetUInt32();
            var canId = item.GetProperty("x").GetInt32() == 1 ? CanId.Extended(id) : CanId.Standard(id);
            var messages = database.Messages.Where(message => message.Id == canId && message.Name == item.GetProperty("n").GetString());
            yield return new(
                messages.First(), Convert.FromHexString(item.GetProperty("d").GetString()!), item.GetProperty("s").EnumerateObject().ToDictionary(s => s.Name, s => s.Value));
        }
    }

    private sealed record Payload(DbcMessage Message, byte[] Data, Dictionary<string, JsonElement> Signals)
    {
        public override string ToString() => $"{Message} {Convert.ToHexString(Data)}";
    }
}
