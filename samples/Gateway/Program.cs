using Gateway;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RxCan;

// A gateway as a service. appsettings.json, or --CanBuses:body:Name can1, says which buses it connects; on in-process ones, a car is simulated.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddCanBus("powertrain").AddCanBus("body"); // they wait for their interfaces, which come and go
builder.Services.AddHostedService<SpeedGateway>();
if (builder.Configuration["CanBuses:powertrain:Name"]?.StartsWith("virtual:", StringComparison.Ordinal) == true)
    builder.Services.AddHostedService<SimulatedCar>();
await builder.Build().RunAsync(); // until SIGTERM or Ctrl+C
