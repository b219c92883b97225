using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RxCan.Monitor;

/// <summary>A row of the transmit list in a file.</summary>
/// <param name="Bus">The name of the bus.</param>
/// <param name="Frame">What is sent, as it was typed.</param>
/// <param name="Period">In ms.</param>
/// <param name="Count">How often it is sent; 0 for no limit.</param>
internal sealed record WorkspaceRow(string Frame, double Period, string Bus = "", int Count = 0);

/// <summary>A database in a file.</summary>
/// <param name="File">Its path, from the folder of the workspace.</param>
/// <param name="Bus">The bus that it describes; null for all.</param>
internal sealed record WorkspaceDatabase(string File, string? Bus = null);

/// <summary>What is set up for a task, to be kept in a file: databases, transmit list and plots. Its rows are off when it is opened.</summary>
internal sealed record Workspace
{
    private const int Current = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // names may have other letters
    };

    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = Current;

    public IReadOnlyList<WorkspaceDatabase> Databases { get; init; } = [];

    public IReadOnlyList<WorkspaceRow> Transmit { get; init; } = [];

    /// <summary>The names of signals, as in the address of a page.</summary>
    public IReadOnlyList<string> Plots { get; init; } = [];

    /// <exception cref="FormatException">The text is not a workspace; the message says where.</exception>
    public static Workspace Parse(string text)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Workspace>(text, Json) ?? throw new FormatException("It is empty.");
            return read.Version == Current ? read : throw new FormatException($"It is of version {read.Version}, but this program reads version {Current}.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"It is not a workspace: {e.Message}", e);
        }
    }

    public override string ToString() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <exception cref="FormatException">The file is not a workspace.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Workspace Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written; an earlier one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path)
    {
        var part = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var file = new FileStream(part, FileMode.CreateNew))
            {
                file.Write(System.Text.Encoding.UTF8.GetBytes(ToString()));
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }
}
