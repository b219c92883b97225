using System.ComponentModel;
using System.Globalization;

namespace RxCan.Frames;

/// <summary>Converts a value from and to its text, the same in every culture: configuration binders and property grids ask for it.</summary>
internal sealed class TextConverter<T> : TypeConverter
    where T : IParsable<T>
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? T.Parse(text.Trim(), CultureInfo.InvariantCulture) : base.ConvertFrom(context, culture, value);

    public override object? ConvertTo(ITypeDescriptorContext? context, CultureInfo? culture, object? value, Type destinationType) =>
        value is T && destinationType == typeof(string) ? value.ToString() : base.ConvertTo(context, culture, value, destinationType);
}
