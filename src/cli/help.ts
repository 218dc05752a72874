/** oclif's help, saying the summary once: it stands at the top already when the description begins. */
import { CommandHelp, Help } from '@oclif/core';

class LeatCommandHelp extends CommandHelp {
  protected override description(): string | undefined {
    return this.command.description && this.wrap(this.command.description);
  }
}

export class LeatHelp extends Help {
  override CommandHelpClass = LeatCommandHelp;
}
