namespace RxCan.Uds;

/// <summary>The parameter identifiers of SAE J1979 and J1979-DA.</summary>
internal static class ObdPids
{
    private const double Percent = 100 / 255.0;
    private const double Trim = 100 / 128.0; // from -100 %
    private const double Ratio = 2 / 65536.0;

    private static readonly string[] FuelSystems =
        ["open loop, engine cold", "closed loop", "open loop, load or deceleration", "open loop, system failure", "closed loop, sensor fault"];

    private static readonly string[] SecondaryAir = ["upstream", "downstream of the catalyst", "from outside or off", "pump on for diagnosis"];

    private static readonly string[] Standards =
    [
        "", "OBD-II (CARB)", "OBD (EPA)", "OBD and OBD-II", "OBD-I", "not OBD compliant", "EOBD", "EOBD and OBD-II", "EOBD and OBD",
        "EOBD, OBD and OBD-II", "JOBD", "JOBD and OBD-II", "JOBD and EOBD", "JOBD, EOBD and OBD-II", "", "", "", "EMD", "EMD+", "HD OBD-C",
        "HD OBD", "WWH OBD", "", "HD EOBD-I", "HD EOBD-I N", "HD EOBD-II", "HD EOBD-II N", "", "OBDBr-1", "OBDBr-2", "KOBD", "IOBD I", "IOBD II",
        "HD EOBD-IV",
    ];

    private static readonly string[] Fuels =
    [
        "none", "gasoline", "methanol", "ethanol", "diesel", "LPG", "CNG", "propane", "electric", "bifuel, gasoline", "bifuel, methanol",
        "bifuel, ethanol", "bifuel, LPG", "bifuel, CNG", "bifuel, propane", "bifuel, electricity", "bifuel, electric and combustion engine",
        "hybrid, gasoline", "hybrid, ethanol", "hybrid, diesel", "hybrid, electric", "hybrid, electric and combustion engine",
        "hybrid, regenerative", "bifuel, diesel",
    ];

    private static readonly ObdPid?[] ById = Index();

    public static ObdPid? Find(byte id) => ById[id];

    private static ObdPid?[] Index()
    {
        var byId = new ObdPid?[256];
        foreach (var pid in Table())
            byId[pid.Id] = pid;
        return byId;
    }

    private static IEnumerable<ObdPid> Table()
    {
        for (var id = 0; id < 0x100; id += 0x20)
            yield return new((byte)id, 4, $"Supported PIDs {id + 1:X2} to {id + 0x20:X2}", One("", 4));
        yield return Monitors(0x01, "Monitor status since codes were cleared");
        yield return new(0x02, 2, "Code that stored the freeze frame", new ObdItem("", "", 0, 2) { Text = static code => UdsDtc.NameOf((ushort)code) });
        yield return new(
            0x03, 2, "Fuel system status",
            new ObdItem("Fuel system 1 status", "", 0, 1) { Text = static bits => Bit(FuelSystems, bits) },
            new ObdItem("Fuel system 2 status", "", 1, 1) { Text = static bits => Bit(FuelSystems, bits) });
        yield return new(0x04, 1, "Calculated engine load", One("%", 1, Percent));
        yield return new(0x05, 1, "Engine coolant temperature", One("°C", 1, 1, -40));
        yield return new(0x06, 1, "Short term fuel trim, bank 1", One("%", 1, Trim, -100));
        yield return new(0x07, 1, "Long term fuel trim, bank 1", One("%", 1, Trim, -100));
        yield return new(0x08, 1, "Short term fuel trim, bank 2", One("%", 1, Trim, -100));
        yield return new(0x09, 1, "Long term fuel trim, bank 2", One("%", 1, Trim, -100));
        yield return new(0x0A, 1, "Fuel pressure", One("kPa", 1, 3));
        yield return new(0x0B, 1, "Intake manifold absolute pressure", One("kPa", 1));
        yield return new(0x0C, 2, "Engine speed", One("rpm", 2, 0.25));
        yield return new(0x0D, 1, "Vehicle speed", One("km/h", 1));
        yield return new(0x0E, 1, "Timing advance", One("°", 1, 0.5, -64));
        yield return new(0x0F, 1, "Intake air temperature", One("°C", 1, 1, -40));
        yield return new(0x10, 2, "Mass air flow", One("g/s", 2, 0.01));
        yield return new(0x11, 1, "Throttle position", One("%", 1, Percent));
        yield return new(0x12, 1, "Commanded secondary air status", new ObdItem("", "", 0, 1) { Text = static bits => Bit(SecondaryAir, bits) });
        yield return new(0x13, 1, "Oxygen sensors present (2 banks)", One("", 1));
        for (var i = 0; i < 8; i++)
        {
            var sensor = i + 1;
            yield return new(
                (byte)(0x14 + i), 2, $"Oxygen sensor {sensor}",
                new($"Oxygen sensor {sensor} voltage", "V", 0, 1, 0.005), new($"Oxygen sensor {sensor} short term fuel trim", "%", 1, 1, Trim, -100));
            yield return new(
                (byte)(0x24 + i), 4, $"Oxygen sensor {sensor}, wide range",
                new($"Oxygen sensor {sensor} equivalence ratio", "", 0, 2, Ratio), new($"Oxygen sensor {sensor} voltage", "V", 2, 2, 8 / 65536.0));
            yield return new(
                (byte)(0x34 + i), 4, $"Oxygen sensor {sensor}, wide range",
                new($"Oxygen sensor {sensor} equivalence ratio", "", 0, 2, Ratio), new($"Oxygen sensor {sensor} current", "mA", 2, 2, 1 / 256.0, -128));
        }

        yield return new(0x1C, 1, "OBD standard", new ObdItem("", "", 0, 1) { Text = static number => Of(Standards, number) });
        yield return new(0x1D, 1, "Oxygen sensors present (4 banks)", One("", 1));
        yield return new(0x1E, 1, "Auxiliary input status", new ObdItem("Power take-off active", "", 0, 1) { Mask = 1 });
        yield return new(0x1F, 2, "Run time since engine start", One("s", 2));
        yield return new(0x21, 2, "Distance with malfunction indicator lamp on", One("km", 2));
        yield return new(0x22, 2, "Fuel rail pressure, relative to manifold vacuum", One("kPa", 2, 0.079));
        yield return new(0x23, 2, "Fuel rail gauge pressure", One("kPa", 2, 10));
        yield return new(0x2C, 1, "Commanded EGR", One("%", 1, Percent));
        yield return new(0x2D, 1, "EGR error", One("%", 1, Trim, -100));
        yield return new(0x2E, 1, "Commanded evaporative purge", One("%", 1, Percent));
        yield return new(0x2F, 1, "Fuel tank level", One("%", 1, Percent));
        yield return new(0x30, 1, "Warm-ups since codes cleared", One("", 1));
        yield return new(0x31, 2, "Distance since codes cleared", One("km", 2));
        yield return new(0x32, 2, "Evaporative system vapor pressure", new ObdItem("", "Pa", 0, 2, 0.25) { IsSigned = true });
        yield return new(0x33, 1, "Barometric pressure", One("kPa", 1));
        yield return new(0x3C, 2, "Catalyst temperature, bank 1, sensor 1", One("°C", 2, 0.1, -40));
        yield return new(0x3D, 2, "Catalyst temperature, bank 2, sensor 1", One("°C", 2, 0.1, -40));
        yield return new(0x3E, 2, "Catalyst temperature, bank 1, sensor 2", One("°C", 2, 0.1, -40));
        yield return new(0x3F, 2, "Catalyst temperature, bank 2, sensor 2", One("°C", 2, 0.1, -40));
        yield return Monitors(0x41, "Monitor status this driving cycle");
        yield return new(0x42, 2, "Control module voltage", One("V", 2, 0.001));
        yield return new(0x43, 2, "Absolute load", One("%", 2, Percent));
        yield return new(0x44, 2, "Commanded equivalence ratio", One("", 2, Ratio));
        yield return new(0x45, 1, "Relative throttle position", One("%", 1, Percent));
        yield return new(0x46, 1, "Ambient air temperature", One("°C", 1, 1, -40));
        yield return new(0x47, 1, "Absolute throttle position B", One("%", 1, Percent));
        yield return new(0x48, 1, "Absolute throttle position C", One("%", 1, Percent));
        yield return new(0x49, 1, "Accelerator pedal position D", One("%", 1, Percent));
        yield return new(0x4A, 1, "Accelerator pedal position E", One("%", 1, Percent));
        yield return new(0x4B, 1, "Accelerator pedal position F", One("%", 1, Percent));
        yield return new(0x4C, 1, "Commanded throttle actuator", One("%", 1, Percent));
        yield return new(0x4D, 2, "Time run with malfunction indicator lamp on", One("min", 2));
        yield return new(0x4E, 2, "Time since codes cleared", One("min", 2));
        yield return new(
            0x4F, 4, "Maximum values", new("Maximum equivalence ratio", "", 0, 1), new("Maximum oxygen sensor voltage", "V", 1, 1),
            new("Maximum oxygen sensor current", "mA", 2, 1), new("Maximum intake manifold pressure", "kPa", 3, 1, 10));
        yield return new(0x50, 4, "Maximum mass air flow", One("g/s", 1, 10));
        yield return new(0x51, 1, "Fuel type", new ObdItem("", "", 0, 1) { Text = static number => Of(Fuels, number) });
        yield return new(0x52, 1, "Ethanol in fuel", One("%", 1, Percent));
        yield return new(0x53, 2, "Absolute evaporative system vapor pressure", One("kPa", 2, 0.005));
        yield return new(0x54, 2, "Evaporative system vapor pressure", new ObdItem("", "Pa", 0, 2) { IsSigned = true });
        yield return SecondaryTrim(0x55, "Short", 1);
        yield return SecondaryTrim(0x56, "Long", 1);
        yield return SecondaryTrim(0x57, "Short", 2);
        yield return SecondaryTrim(0x58, "Long", 2);
        yield return new(0x59, 2, "Fuel rail absolute pressure", One("kPa", 2, 10));
        yield return new(0x5A, 1, "Relative accelerator pedal position", One("%", 1, Percent));
        yield return new(0x5B, 1, "Hybrid battery pack remaining life", One("%", 1, Percent));
        yield return new(0x5C, 1, "Engine oil temperature", One("°C", 1, 1, -40));
        yield return new(0x5D, 2, "Fuel injection timing", One("°", 2, 1 / 128.0, -210));
        yield return new(0x5E, 2, "Engine fuel rate", One("L/h", 2, 0.05));
        yield return new(0x5F, 1, "Emission requirements", One("", 1));
        yield return new(0x61, 1, "Driver's demand engine torque", One("%", 1, 1, -125));
        yield return new(0x62, 1, "Actual engine torque", One("%", 1, 1, -125));
        yield return new(0x63, 2, "Engine reference torque", One("Nm", 2));
        yield return new(
            0x64, 5, "Engine percent torque data", new("Engine torque at idle", "%", 0, 1, 1, -125), new("Engine torque at point 1", "%", 1, 1, 1, -125),
            new("Engine torque at point 2", "%", 2, 1, 1, -125), new("Engine torque at point 3", "%", 3, 1, 1, -125),
            new("Engine torque at point 4", "%", 4, 1, 1, -125));
        yield return new(0x65, 2, "Auxiliary inputs and outputs", One("", 2));
        yield return Sensors(0x66, 5, "Mass air flow sensor", "g/s", 2, 1 / 32.0);
        yield return Sensors(0x67, 3, "Engine coolant temperature sensor", "°C", 1, 1, -40);
        yield return Sensors(0x68, 7, "Intake air temperature sensor", "°C", 1, 1, -40);
        yield return new(
            0x69, 7, "Commanded EGR and EGR error", Sensor("Commanded EGR A", "%", 1, 1, 0, Percent), Sensor("Actual EGR A", "%", 2, 1, 1, Percent),
            Sensor("EGR A error", "%", 3, 1, 2, Trim, -100), Sensor("Commanded EGR B", "%", 4, 1, 3, Percent),
            Sensor("Actual EGR B", "%", 5, 1, 4, Percent), Sensor("EGR B error", "%", 6, 1, 5, Trim, -100));
        yield return new(
            0x6A, 5, "Intake air flow control", Sensor("Commanded intake air flow A", "%", 1, 1, 0, Percent),
            Sensor("Relative intake air flow A", "%", 2, 1, 1, Percent), Sensor("Commanded intake air flow B", "%", 3, 1, 2, Percent),
            Sensor("Relative intake air flow B", "%", 4, 1, 3, Percent));
        yield return Sensors(0x6B, 5, "EGR temperature sensor", "°C", 1, 1, -40);
        yield return new(
            0x6C, 5, "Throttle actuator control", Sensor("Commanded throttle actuator A", "%", 1, 1, 0, Percent),
            Sensor("Relative throttle position A", "%", 2, 1, 1, Percent), Sensor("Commanded throttle actuator B", "%", 3, 1, 2, Percent),
            Sensor("Relative throttle position B", "%", 4, 1, 3, Percent));
        yield return new(
            0x6D, 11, "Fuel pressure control", Sensor("Commanded fuel rail pressure A", "kPa", 1, 2, 0, 10), Sensor("Fuel rail pressure A", "kPa", 3, 2, 1, 10),
            Sensor("Fuel temperature A", "°C", 5, 1, 2, 1, -40), Sensor("Commanded fuel rail pressure B", "kPa", 6, 2, 3, 10),
            Sensor("Fuel rail pressure B", "kPa", 8, 2, 4, 10), Sensor("Fuel temperature B", "°C", 10, 1, 5, 1, -40));
        yield return new(
            0x6E, 9, "Injection pressure control", Sensor("Commanded injection control pressure A", "kPa", 1, 2, 0, 10),
            Sensor("Injection control pressure A", "kPa", 3, 2, 1, 10), Sensor("Commanded injection control pressure B", "kPa", 5, 2, 2, 10),
            Sensor("Injection control pressure B", "kPa", 7, 2, 3, 10));
        yield return Sensors(0x6F, 3, "Turbocharger compressor inlet pressure", "kPa", 1);
        yield return new(
            0x70, 10, "Boost pressure control", Sensor("Commanded boost pressure A", "kPa", 1, 2, 0, 1 / 32.0), Sensor("Boost pressure A", "kPa", 3, 2, 1, 1 / 32.0),
            Sensor("Commanded boost pressure B", "kPa", 5, 2, 3, 1 / 32.0), Sensor("Boost pressure B", "kPa", 7, 2, 4, 1 / 32.0));
        yield return new(
            0x71, 6, "Variable geometry turbo control", Sensor("Commanded VGT position A", "%", 1, 1, 0, Percent),
            Sensor("VGT position A", "%", 2, 1, 1, Percent), Sensor("Commanded VGT position B", "%", 3, 1, 3, Percent),
            Sensor("VGT position B", "%", 4, 1, 4, Percent));
        yield return new(
            0x72, 5, "Wastegate control", Sensor("Commanded wastegate A", "%", 1, 1, 0, Percent), Sensor("Wastegate A", "%", 2, 1, 1, Percent),
            Sensor("Commanded wastegate B", "%", 3, 1, 2, Percent), Sensor("Wastegate B", "%", 4, 1, 3, Percent));
        yield return Sensors(0x73, 5, "Exhaust pressure, bank", "kPa", 2, 0.01);
        yield return Sensors(0x74, 5, "Turbocharger speed", "rpm", 2, 10);
        foreach (byte id in new byte[] { 0x75, 0x76 })
        {
            var turbo = id == 0x75 ? "A" : "B";
            yield return new(
                id, 7, $"Turbocharger {turbo} temperature", Sensor($"Turbocharger {turbo} compressor inlet temperature", "°C", 1, 1, 0, 1, -40),
                Sensor($"Turbocharger {turbo} compressor outlet temperature", "°C", 2, 1, 1, 1, -40),
                Sensor($"Turbocharger {turbo} turbine inlet temperature", "°C", 3, 2, 2, 0.1, -40),
                Sensor($"Turbocharger {turbo} turbine outlet temperature", "°C", 5, 2, 3, 0.1, -40));
        }

        yield return Sensors(0x77, 5, "Charge air cooler temperature", "°C", 1, 1, -40);
        yield return Sensors(0x78, 9, "Exhaust gas temperature, bank 1, sensor", "°C", 2, 0.1, -40);
        yield return Sensors(0x79, 9, "Exhaust gas temperature, bank 2, sensor", "°C", 2, 0.1, -40);
        foreach (byte id in new byte[] { 0x7A, 0x7B })
        {
            var bank = id - 0x79;
            yield return new(
                id, 7, $"Particulate filter, bank {bank}",
                Sensor($"Particulate filter differential pressure, bank {bank}", "kPa", 1, 2, 0, 0.01) with { IsSigned = true },
                Sensor($"Particulate filter inlet pressure, bank {bank}", "kPa", 3, 2, 1, 0.01),
                Sensor($"Particulate filter outlet pressure, bank {bank}", "kPa", 5, 2, 2, 0.01));
        }

        yield return new(
            0x7C, 9, "Particulate filter temperature", Sensor("Particulate filter inlet temperature, bank 1", "°C", 1, 2, 0, 0.1, -40),
            Sensor("Particulate filter outlet temperature, bank 1", "°C", 3, 2, 1, 0.1, -40),
            Sensor("Particulate filter inlet temperature, bank 2", "°C", 5, 2, 2, 0.1, -40),
            Sensor("Particulate filter outlet temperature, bank 2", "°C", 7, 2, 3, 0.1, -40));
        yield return new(0x7D, 1, "NOx NTE control area status", One("", 1));
        yield return new(0x7E, 1, "PM NTE control area status", One("", 1));
        yield return new(
            0x7F, 13, "Engine run time", Sensor("Total engine run time", "s", 1, 4, 0), Sensor("Total idle run time", "s", 5, 4, 1),
            Sensor("Total run time with PTO active", "s", 9, 4, 2));
        yield return new(0x81, 41, "Engine run time for AECD 1 to 5");
        yield return new(0x82, 41, "Engine run time for AECD 6 to 10");
        yield return Sensors(0x83, 9, "NOx sensor", "ppm", 2);
        yield return new(0x84, 1, "Manifold surface temperature", One("°C", 1, 1, -40));
        yield return new(0x85, 10, "NOx reagent system");
        yield return Sensors(0x86, 5, "Particulate matter, bank", "mg/m³", 2, 0.0125);
        yield return Sensors(0x87, 5, "Intake manifold absolute pressure", "kPa", 2, 1 / 32.0);
        yield return new(0x88, 13, "SCR induce system");
        yield return new(0x89, 41, "Run time for AECD 11 to 15");
        yield return new(0x8A, 41, "Run time for AECD 16 to 20");
        yield return new(0x8B, 7, "Diesel aftertreatment");
        yield return new(0x8C, 17, "Oxygen sensors, wide range");
        yield return new(0x8D, 1, "Absolute throttle position G", One("%", 1, Percent));
        yield return new(0x8E, 1, "Engine friction torque", One("%", 1, 1, -125));
        yield return new(0x8F, 7, "Particulate matter sensors");
        yield return new(0x90, 3, "WWH-OBD vehicle information");
        yield return new(0x91, 5, "WWH-OBD control unit information");
        yield return new(0x92, 2, "Fuel system control status", One("", 2));
        yield return new(0x93, 3, "WWH-OBD counters");
        yield return new(0x94, 12, "NOx control warning and inducement");
        yield return Sensors(0x98, 9, "Exhaust gas temperature, bank 1, sensor", "°C", 2, 0.1, -40, firstNumber: 5);
        yield return Sensors(0x99, 9, "Exhaust gas temperature, bank 2, sensor", "°C", 2, 0.1, -40, firstNumber: 5);
        yield return new(0x9A, 6, "Hybrid or electric vehicle system");
        yield return new(0x9B, 4, "Diesel exhaust fluid sensor");
        yield return new(0x9C, 17, "Oxygen sensors, wide range, sensors 3 and 4");
        yield return new(0x9D, 4, "Fuel rate", new("Engine fuel rate", "g/s", 0, 2, 0.02), new("Vehicle fuel rate", "g/s", 2, 2, 0.02));
        yield return new(0x9E, 2, "Engine exhaust flow rate", One("kg/h", 2, 0.2));
        yield return new(0x9F, 9, "Fuel system percentage use");
        yield return Sensors(0xA1, 9, "NOx sensor, corrected", "ppm", 2);
        yield return new(0xA2, 2, "Cylinder fuel rate", One("mg/stroke", 2, 1 / 32.0));
        yield return new(0xA3, 9, "Evaporative system vapor pressures");
        yield return new(0xA4, 4, "Transmission actual gear", Sensor("Transmission actual gear ratio", "", 2, 2, 1, 0.001));
        yield return new(0xA5, 4, "Commanded diesel exhaust fluid dosing", Sensor("", "%", 1, 1, 0, 0.5));
        yield return new(0xA6, 4, "Odometer", One("km", 4, 0.1));
    }

    private static ObdItem One(string unit, int length, double factor = 1, double offset = 0) => new("", unit, 0, length, factor, offset);

    private static ObdItem Sensor(string name, string unit, int at, int length, int present, double factor = 1, double offset = 0) =>
        new(name, unit, at, length, factor, offset) { Present = present };

    /// <summary>A byte that says which sensors there are, and a value for each.</summary>
    private static ObdPid Sensors(
        byte id, int length, string name, string unit, int size, double factor = 1, double offset = 0, int firstNumber = 1) => new(
        id, length, name, [.. Enumerable.Range(0, (length - 1) / size).Select(i => Sensor($"{name} {i + firstNumber}", unit, 1 + (i * size), size, i, factor, offset))]);

    private static ObdPid SecondaryTrim(byte id, string term, int bank) => new(
        id, 2, $"{term} term secondary oxygen sensor trim", new($"{term} term secondary oxygen sensor trim, bank {bank}", "%", 0, 1, Trim, -100),
        new($"{term} term secondary oxygen sensor trim, bank {bank + 2}", "%", 1, 1, Trim, -100));

    private static ObdPid Monitors(byte id, string name) => new(
        id, 4, name, Flag("Malfunction indicator lamp on", 0, 0x80), new ObdItem("Stored codes", "", 0, 1) { Mask = 0x7F },
        Flag("Compression ignition", 1, 0x08),
        Flag("Misfire monitor supported", 1, 0x01), Flag("Misfire monitor not complete", 1, 0x10),
        Flag("Fuel system monitor supported", 1, 0x02), Flag("Fuel system monitor not complete", 1, 0x20),
        Flag("Component monitor supported", 1, 0x04), Flag("Component monitor not complete", 1, 0x40),
        new("Other monitors supported", "", 2, 1), new("Other monitors not complete", "", 3, 1));

    private static ObdItem Flag(string name, int at, uint mask) => new(name, "", at, 1) { Mask = mask };

    private static string Of(string[] names, uint number) => number < names.Length && names[number].Length > 0 ? names[number] : $"reserved {number}";

    /// <summary>The name of the one bit that is set.</summary>
    private static string Bit(string[] names, uint bits) => bits == 0
        ? "none"
        : Of(names, System.Numerics.BitOperations.IsPow2(bits) ? (uint)System.Numerics.BitOperations.Log2(bits) : uint.MaxValue);
}
