namespace RxCan.Dbc.Codec;

/// <summary>Writes named values into the data of a message, with the multiplexers that they need.</summary>
internal readonly ref struct MessageEncoder
{
    private const int MaxOnStack = 64;

    private readonly DbcMessage _message;
    private readonly Span<byte> _data;
    private readonly bool _isNew;
    private readonly Span<bool> _isFixed; // by signal: named, or a multiplexer whose value a named signal needs

    private MessageEncoder(DbcMessage message, Span<byte> data, bool isNew, Span<bool> isFixed)
    {
        (_message, _isNew) = (message, isNew);
        _data = data;
        _isFixed = isFixed;
    }

    /// <summary>Writes values into data: new data, which has start values for what is not named, or data to be changed.</summary>
    public static void Encode(DbcMessage message, Span<byte> data, bool isNew, ReadOnlySpan<(string Signal, SignalValue Value)> values)
    {
        var count = message.Codecs.Length;
        new MessageEncoder(message, data, isNew, count <= MaxOnStack ? stackalloc bool[count] : new bool[count]).Run(values);
    }

    private void Run(ReadOnlySpan<(string Signal, SignalValue Value)> values)
    {
        var bits = values.Length <= MaxOnStack ? stackalloc ulong[values.Length] : new ulong[values.Length];
        var deepest = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var codec = _message[values[i].Signal].Codec;
            if (_isFixed[codec.Index])
                throw new ArgumentException($"{codec.Signal} is named twice: name it once.", nameof(values));
            codec.ThrowIfBeyond(_data.Length, nameof(values));
            bits[i] = codec.Bits(values[i].Value);
            _isFixed[codec.Index] = true;
            deepest = Math.Max(deepest, codec.Depth);
        }

        if (_isNew)
            WriteStartValues(depth: 0);
        for (var depth = 0; depth <= deepest; depth++)
        {
            for (var i = 0; i < values.Length; i++)
            {
                var codec = _message[values[i].Signal].Codec;
                if (codec.Depth != depth)
                    continue;
                Select(codec);
                codec.Write(bits[i], _data);
            }
        }

        if (!_isNew || _message.MaxDepth == 0)
            return;
        for (var depth = 1; depth <= _message.MaxDepth; depth++)
            WriteStartValues(depth);
        for (var i = 0; i < values.Length; i++) // signals may overlap
            _message[values[i].Signal].Codec.Write(bits[i], _data);
    }

    /// <summary>Makes sure that the multiplexers select a named signal. In new data, it sets those that are not named.</summary>
    private void Select(SignalCodec codec)
    {
        foreach (var condition in codec.Conditions)
        {
            if (!condition.IsMet(_data))
                continue;
            _isFixed[condition.Multiplexer.Index] = true;
            Select(condition.Multiplexer);
            return;
        }

        if (codec.Depth == 0)
            return;
        foreach (var condition in codec.Conditions)
        {
            var multiplexer = condition.Multiplexer;
            if (!_isNew || _isFixed[multiplexer.Index] || multiplexer.RequiredLength > _data.Length)
                continue;
            Select(multiplexer);
            multiplexer.Write(condition.FirstValue, _data);
            _isFixed[multiplexer.Index] = true;
            return;
        }

        throw new ArgumentException(
            $"{codec.Signal} is in the message only while {string.Join(" or ", codec.Conditions.ToArray().Select(condition => condition.ToString()))}: " +
            $"name such a value, or leave {codec.Signal.Name} out.");
    }

    private void WriteStartValues(int depth)
    {
        foreach (var codec in _message.Codecs)
        {
            if (codec.Depth == depth && codec.StartBits is { } start && !_isFixed[codec.Index] && codec.RequiredLength <= _data.Length &&
                codec.IsSelected(_data))
            {
                codec.Write(start, _data);
            }
        }
    }
}
