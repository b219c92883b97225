using RxCan.Cli;

return Rxcan.RunProcess(args);
