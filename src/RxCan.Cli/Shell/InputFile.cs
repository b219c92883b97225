namespace RxCan.Cli;

/// <summary>The files that a command line names to be read.</summary>
internal static class InputFile
{
    /// <summary>Says in a sentence what is wrong with a path, if anything is.</summary>
    /// <exception cref="IOException">There is no such file, or it is a folder.</exception>
    public static void Check(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder: name a file.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file.");
    }
}
