using System.Diagnostics.CodeAnalysis;

namespace RxCan.Monitor;

/// <summary>The key of a row: data frames and remote frames of an identifier have separate rows. As text: <c>123</c> and <c>123R</c>.</summary>
internal readonly record struct FrameKey(CanId Id, bool IsRemote)
{
    public static FrameKey Of(in CanFrame frame) => new(frame.Id, frame.IsRemote);

    public static bool TryParse([NotNullWhen(true)] string? text, out FrameKey key)
    {
        var isRemote = text is [.., 'R'];
        var isKey = CanId.TryParse(isRemote ? text![..^1] : text, null, out var id);
        key = new(id, isRemote);
        return isKey;
    }

    public override string ToString() => IsRemote ? $"{Id}R" : Id.ToString();
}
