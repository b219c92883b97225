using System.Globalization;
using RxCan.Logs.Formats;

namespace RxCan.Logs.Recording;

/// <summary>The files of a recording: one of a name, or those with numbers before the extension.</summary>
/// <param name="path">The name, with the whole path.</param>
/// <param name="isNumbered">Whether numbers are added.</param>
/// <param name="options">How the files are written.</param>
internal class LogFolder(string path, bool isNumbered, CanLogWriteOptions options)
{
    private readonly string _stem = Path.Combine(Path.GetDirectoryName(path)!, Stem(Path.GetFileName(path)));
    private readonly string _extension = Path.GetFileName(path)[Stem(Path.GetFileName(path)).Length..];

    /// <summary>The existing files with numbers, and their sizes, the oldest first.</summary>
    public virtual IReadOnlyList<(long Number, string Path, long Size)> List()
    {
        if (!isNumbered)
            return [];
        var prefix = Path.GetFileName(_stem) + "-";
        var files =
            from file in new DirectoryInfo(Path.GetDirectoryName(path)!).EnumerateFiles()
            let name = file.Name
            where name.Length > prefix.Length + _extension.Length && name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(_extension, StringComparison.Ordinal)
            let number = name[prefix.Length..^_extension.Length]
            where number.Length is >= 4 and <= 18 && number.All(char.IsAsciiDigit)
            let value = long.Parse(number, CultureInfo.InvariantCulture)
            orderby value
            select (value, PathOf(number), file.Length);
        return [.. files];
    }

    /// <summary>The path of the file with a number; the only one without numbers.</summary>
    public string PathOf(long number) => isNumbered ? PathOf(number.ToString("D4", CultureInfo.InvariantCulture)) : path;

    /// <summary>Creates a file.</summary>
    public virtual ILogWriter Create(string file) => LogFormats.CreateWriter(file, options);

    /// <summary>The size of a file; null if it is not there.</summary>
    public virtual long? SizeOf(string file) => new FileInfo(file) is { Exists: true } found ? found.Length : null;

    /// <summary>Cuts a file to a size.</summary>
    public virtual void Cut(string file, long size)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Write);
        RandomAccess.SetLength(handle, size);
    }

    public virtual void Delete(string file) => File.Delete(file);

    private string PathOf(string number) => $"{_stem}-{number}{_extension}";

    /// <summary>A file's name without its extension, which may be that of a compressed file.</summary>
    private static string Stem(string name) => Path.GetFileNameWithoutExtension(
        Path.GetExtension(name).Equals(".gz", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(name) : name);
}
