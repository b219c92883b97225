using System.Reflection;

namespace RxCan.Tests;

/// <summary>A generated type, which is not known when this is compiled.</summary>
internal sealed class TypedMessage(Type type, int position, string name, CanId id, Func<byte[], object> decode, Func<object, byte[]> encode)
{
    public Type Type => type;

    /// <summary>The position among the types of its class: that of the message in the database.</summary>
    public int Position => position;

    public string Name => name;

    public CanId Id => id;

    public object Decode(byte[] data) => decode(data);

    public byte[] Encode(object message) => encode(message);

    public static TypedMessage Of(Type type, int position) =>
        (TypedMessage)typeof(TypedMessage).GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [position])!;

    private static TypedMessage Make<T>(int position)
        where T : struct, ICanMessage<T> => new(
            typeof(T), position, T.Name, T.Id,
            data => T.TryDecode(data, out var message) ? message : throw new ArgumentException($"{T.Name} does not decode {data.Length} bytes."),
            message =>
            {
                var data = new byte[T.Length];
                ((T)message).Encode(data);
                return data;
            });
}
