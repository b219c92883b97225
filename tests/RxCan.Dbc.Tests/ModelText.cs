using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using RxCan.Dbc;

namespace RxCan.Tests;

/// <summary>All that a model says, as text: every public property of every object, whichever are added.</summary>
internal static class ModelText
{
    /// <summary>The properties that own their objects. Elsewhere, an object stands for its name.</summary>
    private static readonly HashSet<string> Owners =
    [
        nameof(CanDatabase.Messages), nameof(CanDatabase.Nodes), nameof(CanDatabase.UnassignedSignals), nameof(CanDatabase.EnvironmentVariables),
        nameof(CanDatabase.AttributeDefinitions), nameof(CanDatabase.SignalTypes), nameof(CanDatabase.RelationAttributes), nameof(DbcMessage.Signals),
    ];

    public static string Of(CanDatabase database)
    {
        var text = new StringBuilder();
        Describe(text, "", database);
        return text.ToString();
    }

    private static void Describe(StringBuilder text, string indent, object item)
    {
        foreach (var property in item.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0))
        {
            if (property.Name == nameof(CanDatabase.Diagnostics))
                continue;
            var value = property.GetValue(item);
            if (value is not string && value is IEnumerable items)
            {
                foreach (var element in items)
                    DescribeValue(text, indent, property, element);
            }
            else
            {
                DescribeValue(text, indent, property, value);
            }
        }
    }

    private static void DescribeValue(StringBuilder text, string indent, PropertyInfo property, object? value)
    {
        text.Append(indent).Append(property.Name).Append(": ");
        text.Append(value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value).Append('\n');
        if (value is DbcValueTable or DbcSignalGroup or DbcMultiplexing or DbcAttribute || (value is not null && IsOwner(property)))
            Describe(text, indent + "  ", value);
    }

    private static bool IsOwner(PropertyInfo property) => Owners.Contains(property.Name) && property.DeclaringType != typeof(DbcSignalGroup);
}
