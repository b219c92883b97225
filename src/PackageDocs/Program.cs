// Makes a package's documentation from the repository's. Directory.Build.targets runs it when a package is made.
// Errors are printed in MSBuild's format, so that they fail the build.

var problems = args switch
{
    ["readme", var source, var destination, var root, var url] => PackageReadme.Write(source, destination, root, new(url)),
    ["xml", var source, var destination, var assembly, var references] =>
        PublicDocumentation.Write(source, destination, assembly, await File.ReadAllLinesAsync(references)),
    _ => ["PackageDocs: error RXPACK0: usage: readme SOURCE DESTINATION ROOT URL | xml SOURCE DESTINATION ASSEMBLY REFERENCES"],
};

foreach (var problem in problems)
    Console.Error.WriteLine(problem);
return problems.Count == 0 ? 0 : 1;
