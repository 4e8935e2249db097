using System.Xml.Linq;
using IOC.Testing;
using Mono.Cecil;

namespace IOC.Architecture.Tests;

public sealed class ArrowTests
{
    public static TheoryData<string> Rooms => [.. Room.All.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_what_its_line_allows(string name)
    {
        var room = Find(name);
        var project = XDocument.Load(ProjectPath(name));
        var references = project.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(Attribute(r)));
        Assert.Empty(references.Except(room.References, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_its_packages(string name)
    {
        var project = XDocument.Load(ProjectPath(name));
        Assert.Empty(project.Descendants("PackageReference").Select(Attribute).Except(Find(name).Packages, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_compiled_room_depends_only_on_allowed_rooms(string name)
    {
        using var assembly = Read(name);
        var rooms = Room.All.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        var used = assembly.MainModule.AssemblyReferences.Select(a => a.Name).Where(rooms.Contains);
        Assert.Empty(used.Except(Find(name).References, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_touches_no_banned_namespace(string name)
    {
        var room = Find(name);
        using var assembly = Read(name);
        var touched = assembly.MainModule.GetTypeReferences().Select(t => t.FullName)
            .Where(type => room.BannedNamespaces.Any(ban => type == ban || type.StartsWith(ban + ".", StringComparison.Ordinal)));
        Assert.Empty(touched);
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_reads_no_clock_of_its_own(string name)
    {
        var room = Find(name);
        using var assembly = Read(name);
        var calls = assembly.MainModule.GetMemberReferences().Select(m => $"{m.DeclaringType.FullName}::{m.Name}");
        Assert.Empty(calls.Intersect(room.BannedMembers, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_under_src_is_a_room()
    {
        var projects = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(Room.All.Select(r => r.Name).Where(n => n != "firmware-sim").Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal)!);
    }

    [Fact]
    public void The_ban_test_sees_what_it_looks_for()
    {
        // The host does use these: if the reader found nothing here, the tests above would prove nothing.
        using var host = Read("IOC.Host");
        Assert.Contains(host.MainModule.GetTypeReferences(), t => t.FullName.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal));
        Assert.Contains(host.MainModule.GetMemberReferences(), m => m is { Name: "get_System", DeclaringType.FullName: "System.TimeProvider" });
        using var detection = Read("IOC.Detection");
        Assert.Contains(detection.MainModule.GetTypeReferences(), t => t.FullName.StartsWith("System.Reactive.", StringComparison.Ordinal));
    }


    private static Room Find(string name) => Room.All.Single(r => r.Name == name);

    private static string Attribute(XElement element) => element.Attribute("Include")!.Value.Replace('\\', '/');

    private static string ProjectPath(string name) => name == "firmware-sim"
        ? Path.Combine(Repository.Root, name, $"{name}.csproj")
        : Path.Combine(Repository.Root, "src", name, $"{name}.csproj");

    private static AssemblyDefinition Read(string name) => AssemblyDefinition.ReadAssembly(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));
}
