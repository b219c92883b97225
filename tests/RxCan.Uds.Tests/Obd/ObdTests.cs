using System.Reactive.Linq;
using RxCan.IsoTp;
using RxCan.Tests.Client;
using RxCan.Uds;

namespace RxCan.Tests.Obd;

public sealed class ObdTests
{
    private static string[] Decode(byte pid, string hex) => [.. ObdPid.Find(pid)!.Decode(Convert.FromHexString(hex)).Select(v => $"{v}")];

    [Theory]
    [InlineData(0x04, "7F", "Calculated engine load: 49.803921569 %")]
    [InlineData(0x05, "7B", "Engine coolant temperature: 83 °C")]
    [InlineData(0x06, "78", "Short term fuel trim, bank 1: -6.25 %")]
    [InlineData(0x0A, "64", "Fuel pressure: 300 kPa")]
    [InlineData(0x0C, "1AF8", "Engine speed: 1726 rpm")]
    [InlineData(0x0D, "FF", "Vehicle speed: 255 km/h")]
    [InlineData(0x0E, "80", "Timing advance: 0 °")]
    [InlineData(0x10, "0191", "Mass air flow: 4.01 g/s")]
    [InlineData(0x02, "0133", "Code that stored the freeze frame: P0133")]
    [InlineData(0x03, "0200", "Fuel system 1 status: closed loop", "Fuel system 2 status: none")]
    [InlineData(0x12, "04", "Commanded secondary air status: from outside or off")]
    [InlineData(0x14, "5A80", "Oxygen sensor 1 voltage: 0.45 V", "Oxygen sensor 1 short term fuel trim: 0 %")]
    [InlineData(0x1C, "06", "OBD standard: EOBD")]
    [InlineData(0x1C, "63", "OBD standard: reserved 99")]
    [InlineData(0x1E, "01", "Power take-off active: 1")]
    [InlineData(0x24, "80008000", "Oxygen sensor 1 equivalence ratio: 1", "Oxygen sensor 1 voltage: 4 V")]
    [InlineData(0x32, "FFFC", "Evaporative system vapor pressure: -1 Pa")]
    [InlineData(0x34, "80008100", "Oxygen sensor 1 equivalence ratio: 1", "Oxygen sensor 1 current: 1 mA")]
    [InlineData(0x3C, "1194", "Catalyst temperature, bank 1, sensor 1: 410 °C")]
    [InlineData(0x42, "3039", "Control module voltage: 12.345 V")]
    [InlineData(0x51, "04", "Fuel type: diesel")]
    [InlineData(0x54, "FFFF", "Evaporative system vapor pressure: -1 Pa")]
    [InlineData(0x5D, "6900", "Fuel injection timing: 0 °")]
    [InlineData(0x5E, "0014", "Engine fuel rate: 1 L/h")]
    [InlineData(0x62, "7D", "Actual engine torque: 0 %")]
    [InlineData(0x66, "0101400000", "Mass air flow sensor 1: 10 g/s")]
    [InlineData(0x67, "03506E", "Engine coolant temperature sensor 1: 40 °C", "Engine coolant temperature sensor 2: 70 °C")]
    [InlineData(0x78, "0A0000119400001194", "Exhaust gas temperature, bank 1, sensor 2: 410 °C", "Exhaust gas temperature, bank 1, sensor 4: 410 °C")]
    [InlineData(0x7A, "01FFFF00000000", "Particulate filter differential pressure, bank 1: -0.01 kPa")]
    [InlineData(0x9E, "000A", "Engine exhaust flow rate: 2 kg/h")]
    [InlineData(0xA6, "000F4240", "Odometer: 100000 km")]
    public void A_parameter_has_this_value(byte pid, string data, params string[] values) => Assert.Equal(values, Decode(pid, data));

    [Fact]
    public void The_monitor_status_is_told_bit_by_bit()
    {
        var status = ObdPid.Find(1)!.Decode([0x83, 0x07, 0xFF, 0x00]).ToDictionary(v => v.Name, v => v.Value);
        Assert.Equal((1, 3, 0, 1, 0), (
            status["Malfunction indicator lamp on"], status["Stored codes"], status["Compression ignition"],
            status["Misfire monitor supported"], status["Misfire monitor not complete"]));
    }

    [Fact]
    public void Every_parameter_of_the_standard_up_to_66_is_there_and_takes_any_data()
    {
        for (var id = 0; id < 256; id++)
        {
            if (ObdPid.Find((byte)id) is not { } pid)
            {
                Assert.True(id > 0x66);
                continue;
            }

            foreach (var fill in new byte[] { 0x00, 0xFF, 0x55 })
            {
                var data = new byte[pid.Length];
                data.AsSpan().Fill(fill);
                Assert.All(pid.Decode(data), value => Assert.True(double.IsFinite(value.Value) && value.Name.Length > 0));
            }

            Assert.Empty(pid.Decode(new byte[pid.Length - 1]));
        }
    }

    [Fact]
    public void Six_parameters_are_asked_for_at_once_and_those_supported_come()
    {
        using var ecu = new ScriptedEcu().On("010C0D05", "410C1AF80578");
        var values = ecu.Get(ecu.Client.ReadObd(0x0C, 0x0D, 0x05));
        Assert.Equal(["Engine speed: 1726 rpm", "Engine coolant temperature: 80 °C"], values.Select(v => $"{v}"));
        Assert.Throws<ArgumentException>(() => ecu.Client.ReadObd(1, 2, 3, 4, 5, 6, 7));
    }

    [Fact]
    public void The_services_have_these_bytes()
    {
        using var ecu = new ScriptedEcu()
            .On("020C00", "420C001AF8").On("03", "43020133C100").On("04", "44").On("050101", "4501015A").On("07", "4700").On("0801", "480101")
            .On("0601", "460101030030001000500102" + "8AFFFF80007FFF").On("0A", "4A010420")
            .On("0902", "490201" + "5752584341" + "4E3030303030303030303031").On("0904", "490402" + string.Concat(Enumerable.Repeat("41424344000000000000000000000000", 2)))
            .On("0906", "490601CAFEBABE").On("090A", "490A0145434D00456E67696E65436F6E74726F6C000000");
        Assert.Equal("Engine speed: 1726 rpm", $"{Assert.Single(ecu.Get(ecu.Client.ReadFreezeFrame(0x0C)))}");
        Assert.Equal(["P0133", "U0100"], ecu.Get(ecu.Client.ReadObdDtcs()).Select(c => $"{c}"));
        ecu.Get(ecu.Client.ClearObdDtcs());
        Assert.Equal([0x5A], ecu.Get(ecu.Client.ReadOxygenSensorTest(1, 1)));
        Assert.Equal(["01/01: 0.48 (0.16 to 0.8)", "01/02: -0.122 mV (-3997.696 to 3997.574)"], ecu.Get(ecu.Client.ReadObdMonitor(1)).Select(r => $"{r}"));
        Assert.Empty(ecu.Get(ecu.Client.ReadPendingObdDtcs()));
        Assert.Equal([1], ecu.Get(ecu.Client.ControlObd(1)));
        Assert.Equal(["P0420"], ecu.Get(ecu.Client.ReadPermanentObdDtcs()).Select(c => $"{c}"));
        Assert.Equal("WRXCAN00000000001", ecu.Get(ecu.Client.ReadVin()));
        Assert.Equal(["ABCD", "ABCD"], ecu.Get(ecu.Client.ReadCalibrationIds()));
        Assert.Equal([0xCAFEBABE], ecu.Get(ecu.Client.ReadCalibrationNumbers()));
        Assert.Equal("ECM-EngineControl", ecu.Get(ecu.Client.ReadObdName()));
    }

    [Theory]
    [InlineData("03", "4303013301")]
    [InlineData("0601", "4601010300")]
    [InlineData("0902", "49020141")]
    [InlineData("0902", "490200")]
    [InlineData("010C", "410C1A")]
    [InlineData("0906", "490602CAFEBABE")]
    public void A_malformed_response_is_an_error(string request, string response)
    {
        using var ecu = new ScriptedEcu().On(request, response);
        var call = request switch
        {
            "03" => ecu.Client.ReadObdDtcs().Select(v => (object)v),
            "0601" => ecu.Client.ReadObdMonitor(1).Select(v => (object)v),
            "0902" => ecu.Client.ReadVin().Select(v => (object)v),
            "0906" => ecu.Client.ReadCalibrationNumbers().Select(v => (object)v),
            _ => ecu.Client.ReadObd(0x0C).Select(v => (object)v),
        };
        Assert.Contains("malformed", ecu.Fails<UdsException>(call).Message);
    }

    [Fact]
    public void Several_control_units_tell_what_they_support()
    {
        using var ecu = new ScriptedEcu();
        ecu.Client.Dispose();
        var masks = new Dictionary<byte, string>[]
        {
            new() { [0x00] = "BE1FA813", [0x20] = "80000001", [0x40] = "40000000" },
            new() { [0x00] = "18000000" },
        };
        for (var i = 0; i < masks.Length; i++)
        {
            var mask = masks[i];
            var answerer = ecu.Bus.Connect().OpenIsoTp((uint)(0x7E8 + i), (uint)(0x7E0 + i) + 0x100);
            ecu.Bus.Connect().OpenIsoTp(IsoTpAddress.Normal((uint)(0x7E8 + i), 0x7DF).WithFunctionalRx()).Subscribe(request =>
            {
                if (mask.TryGetValue(request[1], out var bits))
                    answerer.Send([0x41, request[1], .. Convert.FromHexString(bits)]);
            });
        }

        using var obd = ecu.Can.OpenObd();
        var supported = ecu.Record(obd.ReadSupportedPids());
        ecu.Pass(10_000);
        Assert.True(supported.IsCompleted);
        Assert.Equal(
            [
                "7E0 -> 7E8: 01 03 04 05 06 07 0C 0D 0E 0F 10 11 13 15 1C 1F 21 42",
                "7E1 -> 7E9: 04 05",
            ],
            supported.Values.Select(s => $"{s}").Order());
    }
}
