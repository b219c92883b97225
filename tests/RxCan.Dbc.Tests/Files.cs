namespace RxCan.Tests;

/// <summary>Finds the files that the README's code names in a folder of the test's own.</summary>
internal sealed class Files(string folder)
{
    public CanDatabase Load(string name) => CanDatabase.Load(Path.Combine(folder, name));
}
