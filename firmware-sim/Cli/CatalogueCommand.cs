using System.CommandLine;
using IOC.FirmwareSim.Catalogue;
using static IOC.FirmwareSim.Cli.Language;

namespace IOC.FirmwareSim.Cli;

/// <summary>firmware-sim catalogue: writes sensors.csv, assets.csv and assets.geojson.</summary>
internal static class CatalogueCommand
{
    public static Command Create(SimulatorHost host)
    {
        var file = new Option<FileInfo>("--out", "-o")
        {
            Description = Say("File to write (sensors.csv).", "Tệp cần ghi (sensors.csv)."),
            Required = true,
        };
        var sensors = CommonOptions.Count("--sensors", 500, Say("How many sensors.", "Số cảm biến."));
        var seed = CommonOptions.Seed();
        var catalogue = CommonOptions.Catalogue();
        var command = new Command("catalogue", Say(
            "Make the fleet's sensors.csv: sensors round the towns of Bắc Giang's ten districts, inside their outlines; and the feeders and gateways that they depend on (assets.csv, assets.geojson beside it).",
            "Tạo sensors.csv: cảm biến quanh các đô thị của mười huyện, thành phố thuộc Bắc Giang, nằm trong ranh giới; cùng các tuyến điện và cổng kết nối (assets.csv, assets.geojson cùng thư mục)."))
        {
            file, sensors, seed, catalogue,
        };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(catalogue)?.FullName ?? Path.GetDirectoryName(parsed.GetValue(file)!.FullName)!;
            var generator = new CatalogueGenerator(parsed.GetValue(seed), CatalogueFolder.OutlinesOf(folder));
            var (assets, made) = TopologyGenerator.Make(generator.Generate(parsed.GetValue(sensors)));
            Write(parsed.GetValue(file)!.FullName, made, assets);
            host.Output.WriteLine(Say(
                $"{made.Count} sensors written to {parsed.GetValue(file)}, {assets.Count} assets that they depend on beside it.",
                $"Đã ghi {made.Count} cảm biến vào {parsed.GetValue(file)}, {assets.Count} thiết bị hạ tầng ở cùng thư mục."));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(string path, List<SimSensor> sensors, List<SimAsset> assets)
    {
        try
        {
            SensorFile.Write(path, sensors);
            AssetFile.WriteIn(Path.GetDirectoryName(path)!, assets);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be written: {e.Message}", $"Không ghi được {path}: {e.Message}");
        }
    }
}
